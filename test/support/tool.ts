import { spawnSync } from 'node:child_process';
import type { TestContext } from 'vitest';

/** Runs a tool that a machine may not have; then the test is skipped. @returns what it printed. @throws if it fails. */
export function runTool({ skip }: TestContext, tool: string, args: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync(tool, args, { encoding: 'utf8' });
  skip((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT', `There is no ${tool}.`);
  if (status !== 0) throw new Error(`${tool} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}
