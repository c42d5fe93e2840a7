// @ts-nocheck
import { type Stats, statSync } from 'node:fs';

/** Files with secrets that this process uses, and what each is warned of. */
const files = new Map<string, (file: string) => string | undefined>();
const told = new Set<string>();

/** Notes that a file holds a secret, such as 'a password', to warn if others may read it. */
export function noteSecretFile(file: string, secret: string): void {
  files.set(file, () => exposure(file, secret));
}

/** Notes a password file of libpq. Like libpq, pg ignores it if others have any right to it. */
export function notePgpassFile(file: string): void {
  files.set(file, ignored);
}

/** One sentence for each noted file that others may read. Each file is reported once. */
export function exposureWarnings(): string[] {
  // Windows knows no such modes.
  if (process.platform === 'win32') return [];
  return [...files].flatMap(([file, check]) => {
    const warning = told.has(file) ? undefined : check(file);
    if (warning !== undefined) told.add(file);
    return warning ?? [];
  });
}

const OTHERS_MAY_READ = 0o004;
const GROUP_MAY_READ = 0o040;
const NOT_THE_OWNERS = 0o077;
const ROOT = 0;

/**
 * Judges as libpq judges a key: a file of root may be readable by its group, as a mounted secret of
 * Kubernetes is.
 */
function exposure(file: string, secret: string): string | undefined {
  const found = statOf(file);
  if (found === undefined) return undefined;
  const reader =
    (found.mode & OTHERS_MAY_READ) > 0
      ? 'every user of this machine'
      : (found.mode & GROUP_MAY_READ) > 0 && found.uid !== ROOT
        ? 'its group'
        : undefined;
  return reader && `${file} holds ${secret}, and ${reader} may read it (${modeOf(found)}). ${advice(file)}`;
}

function ignored(file: string): string | undefined {
  const found = statOf(file);
  if (found === undefined || (found.mode & NOT_THE_OWNERS) === 0) return undefined;
  return `${file} is ignored, because other users may access it (${modeOf(found)}). ${advice(file)}`;
}

/** Follows links. Undefined if there is no file, or if it is a pipe or a device. */
function statOf(file: string): Stats | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() ? found : undefined;
}

function modeOf({ mode }: Stats): string {
  return `mode ${(mode & 0o777).toString(8).padStart(4, '0')}`;
}

function advice(file: string): string {
  return `Make it readable by its owner only: chmod 600 '${file}'.`;
}
