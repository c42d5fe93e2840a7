// @ts-nocheck
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('command.mjs', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a person does while a command runs: gets its output so far after each piece of it. */
export type Watch = (stdout: string, kill: (signal: NodeJS.Signals) => void) => void;

/** Runs the test command in a process of its own. */
export function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  watch?: Watch,
): Promise<Outcome> {
  return outcomeOf(process.execPath, [COMMAND, ...args], env, watch);
}

/** Runs a shell line in which `$COMMAND` starts the test command. */
export function runShell(line: string): Promise<Outcome> {
  return outcomeOf('sh', ['-c', line], { COMMAND: `${process.execPath} ${COMMAND}` });
}

/** Runs the test command with options of Node's. */
export function runWithNodeOptions(options: readonly string[], args: readonly string[]): Promise<Outcome> {
  return outcomeOf(process.execPath, [...options, COMMAND, ...args], {});
}

/** Starts the test command; nobody reads its standard output unless the caller does. */
export function startUnread(args: readonly string[]): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function outcomeOf(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  watch?: Watch,
): Promise<Outcome> {
  const child = spawn(program, args, {
    env: { ...process.env, LOG_LEVEL: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    watch?.(stdout, (signal) => child.kill(signal));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
