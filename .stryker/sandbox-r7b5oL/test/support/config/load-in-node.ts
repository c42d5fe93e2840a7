// @ts-nocheck
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(new URL('print-config.mjs', import.meta.url));

export interface LoadOutcome {
  readonly config?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly exitCode: number };
}

/** Loads a file with the compiled loader in a Node of its own: vitest imports modules in its own way, not in Node's. */
export async function loadInNode(file: string): Promise<LoadOutcome> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [SCRIPT, file]);
  if (stderr !== '') throw new Error(`unexpected on stderr: ${stderr}`);
  return JSON.parse(stdout) as LoadOutcome;
}

/** The message with which a file is refused. */
export async function refusalInNode(file: string): Promise<string> {
  const { error, config } = await loadInNode(file);
  if (error?.name === 'ConfigurationError' && error.exitCode === 2) return error.message;
  throw new Error(`expected a ConfigurationError, got ${JSON.stringify(error ?? config)}`);
}
