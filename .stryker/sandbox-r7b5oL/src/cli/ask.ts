// @ts-nocheck
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** A terminal with a person. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** The terminal of this process; undefined if nobody can answer. Questions go to stderr. */
export function terminal(): Terminal | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return { input: process.stdin, output: process.stderr };
}

/**
 * Asks one question and returns the answer without its line break. ^D is an empty answer. With `hidden` the
 * answer is not echoed. ^C becomes a SIGINT to this process.
 * @throws the reason of the signal if it is aborted meanwhile.
 */
export async function ask(
  { input, output }: Terminal,
  question: string,
  { signal, hidden = false }: { signal: AbortSignal; hidden?: boolean },
): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const shown = hidden ? silent : output;
  const lines = createInterface({ input, output: shown, terminal: true, prompt: question });
  // Only now, when the terminal echoes nothing by itself: an answer that is typed at once would be shown.
  output.write(question);
  // In raw mode, a terminal sends no signals.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  let answer: string | undefined;
  try {
    answer = await firstLine(lines, signal);
    return answer ?? '';
  } finally {
    lines.close();
    // The next output begins on a new line, even if nobody has typed a line break.
    if (hidden || answer === undefined) output.write('\n');
  }
}

type Lines = ReturnType<typeof createInterface>;

/** Undefined when the input ends without a line. */
function firstLine(lines: Lines, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    lines.once('line', resolve).once('close', () => {
      signal.removeEventListener('abort', stop);
      resolve(undefined);
    });
    if (signal.aborted) stop();
  });
}
