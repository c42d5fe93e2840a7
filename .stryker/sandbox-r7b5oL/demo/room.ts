// @ts-nocheck
import { accessSync, constants, statfsSync } from 'node:fs';
import { OperatorError } from '../src/common/operator-error.js';

/** What the data folder of the demo's server was seen to take at most, most of it WAL: 1,152 MiB. */
const NEEDED_MB = 1_250;
const BYTES_PER_MB = 1_000_000;

const ELSEWHERE = { hint: 'Set TMPDIR to another folder.' };
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  EACCES: 'this user may not write to it',
  EROFS: 'it is read-only',
};

/**
 * Finds out before anything is started whether the folder for temporary files will do.
 * @throws OperatorError saying why not.
 */
export function assertUsable(folder: string): void {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code = 'ENOENT' } = error as NodeJS.ErrnoException;
    throw new OperatorError(
      `The demo cannot use ${folder} for its files: ${REASONS[code] ?? code}.`,
      ELSEWHERE,
    );
  }
}

/** Bytes that this user may still write into a folder. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** @throws OperatorError where a server of the demo's own would fill the disk. */
export function assertRoom(folder: string, free = freeBytes(folder)): void {
  const freeMb = Math.floor(free / BYTES_PER_MB);
  if (freeMb >= NEEDED_MB) return;
  throw new OperatorError(
    `The demo needs ${NEEDED_MB} MB in ${folder}, where only ${freeMb} MB are free.`,
    ELSEWHERE,
  );
}
