// @ts-nocheck
import { fstatSync } from 'node:fs';

/**
 * Exit code that a shell reports for a program that ends because nobody reads its output any more (128 +
 * SIGPIPE).
 */
const BROKEN_PIPE_EXIT_CODE = 141;

/** `slate-x | head`: when the reader has gone, the process ends without a word. */
export function exitQuietlyOnBrokenPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(BROKEN_PIPE_EXIT_CODE);
    throw error;
  });
  process.stderr.on('error', () => {});
}

/** Whether standard output and standard error end up in the same place: a terminal, a journal, or `2>&1`. */
export function streamsMeet(): boolean {
  try {
    const [output, errors] = [fstatSync(1), fstatSync(2)];
    return output.dev === errors.dev && output.ino === errors.ino && output.rdev === errors.rdev;
  } catch {
    return false;
  }
}

/** Resolves when standard output and standard error have been flushed, or cannot be. */
export async function flushStandardStreams(): Promise<void> {
  const streams = [process.stdout, process.stderr];
  await Promise.all(
    streams.map((stream) => new Promise<void>((resolve) => stream.write('', () => resolve()))),
  );
}
