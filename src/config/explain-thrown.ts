import { pathToFileURL } from 'node:url';
import { describeValue } from './describe-value.js';

/** As JSON.parse, but its error does not quote the text, which may hold a password. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const offset = /at position (\d+)/.exec(String(error))?.[1];
    throw new SyntaxError(
      offset === undefined ? 'it is not valid JSON' : `it is not valid JSON ${at(text, Number(offset))}`,
    );
  }
}

function at(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `(line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1})`;
}

/**
 * Describes what a configuration file threw, and in which line. Leaves names out, because an unquoted
 * password would show up as one.
 */
export function explainThrown(error: unknown, path: string): string {
  if (!(error instanceof Error)) return `it threw ${describeValue(error)}`;
  const line = lineOf(error, path);
  return line === undefined ? messageOf(error) : `${messageOf(error)} (line ${line})`;
}

function messageOf(error: Error): string {
  const [message = ''] = error.message.split('\n');
  if (error instanceof ReferenceError) return 'it uses a name that is not defined';
  if ('code' in error && error.code === 'ERR_INVALID_TYPESCRIPT_SYNTAX') return 'it is not valid TypeScript';
  return error instanceof SyntaxError ? message.replace(/ ['"].*$/, '') : message;
}

function lineOf(error: Error, path: string): string | undefined {
  // A script that is read again has a number behind its name.
  const stack = (error.stack ?? '').replace(/\?read=\d+:/g, ':');
  const name = [pathToFileURL(path).href, path].find((candidate) => stack.includes(`${candidate}:`));
  return name === undefined ? undefined : /^:(\d+)/.exec(stack.slice(stack.indexOf(name) + name.length))?.[1];
}
