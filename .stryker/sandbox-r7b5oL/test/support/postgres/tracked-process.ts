// @ts-nocheck
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TrackedProcess {
  readonly pid: number;
  readonly ended: boolean;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<void>;
  /** Waits for the end and returns the exit code; null: a signal ended it. */
  exit(): Promise<number | null>;
}

/** Starts a program whose id stays in `folder/pid` as long as it runs: what the watchdog goes by. Does not keep this process alive. */
export async function track(
  folder: string,
  program: string,
  args: string[],
  options: SpawnOptions,
): Promise<TrackedProcess> {
  const child = spawn(program, args, { ...options, detached: true });
  await once(child, 'spawn');
  const pid = child.pid as number;
  const pidFile = join(folder, 'pid');
  writeFileSync(pidFile, String(pid));
  const exited = once(child, 'exit').then(([code]) => {
    rmSync(pidFile, { force: true });
    return code as number | null;
  });
  child.unref();
  return wrap(child, pid, exited);
}

function wrap(child: ChildProcess, pid: number, exited: Promise<number | null>): TrackedProcess {
  const exit = () => {
    child.ref();
    return exited;
  };
  return {
    pid,
    get ended() {
      return child.exitCode !== null || child.signalCode !== null;
    },
    exit,
    async end(signal) {
      child.kill(signal);
      await exit();
    },
  };
}
