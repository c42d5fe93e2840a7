// @ts-nocheck
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** How much of what a program wrote to stderr an error quotes. */
const QUOTED_CHARACTERS = 2_000;

export interface ChildOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Aborting it ends the program and everything that it started. */
  readonly stop: AbortSignal;
  /** Exit codes that are no failure; absent: 0 alone. */
  readonly accepted?: readonly number[];
  /** Called with each line of its standard output. */
  readonly onLine?: (line: string) => void;
}

export interface RunningChild {
  readonly pid: number;
  /** Its exit code. @throws Error with the end of its stderr, if it failed. */
  readonly ended: Promise<number>;
  /** SIGTERM to it and everything that it started. */
  terminate(): void;
}

/** Starts a program in a process group of its own, so that it can be ended with all that it starts. */
export function startChild(program: string, args: readonly string[], options: ChildOptions): RunningChild {
  options.stop.throwIfAborted();
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  const terminate = () => signalGroup(child, 'SIGTERM');
  options.stop.addEventListener('abort', terminate);
  const ended = waitForEnd(child, program, options).finally(() =>
    options.stop.removeEventListener('abort', terminate),
  );
  ended.catch(() => {});
  return { pid: child.pid ?? 0, ended, terminate };
}

/** Where a program is, looking through PATH; undefined when it is not there. */
export function findProgram(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

async function waitForEnd(child: ChildProcess, program: string, options: ChildOptions): Promise<number> {
  const { stop, onLine, accepted = [0] } = options;
  let complaints = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-QUOTED_CHARACTERS);
  });
  passLines(child, onLine);
  const [code, signal] = await once(child, 'close');
  stop.throwIfAborted();
  if (!accepted.includes(code)) throw new Error(`${program} ended with ${code ?? signal}:\n${complaints}`);
  return code;
}

function passLines(child: ChildProcess, onLine: ChildOptions['onLine']): void {
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (onLine !== undefined) lines.forEach(onLine);
  });
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
