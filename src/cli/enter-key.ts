import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ReadStream } from 'node:tty';

/**
 * Calls `onEnter` whenever somebody presses Enter on the terminal that is standard input, until disposed of,
 * with the number of line breaks that the terminal has echoed. The terminal stays as it is: ^C and ^Z do what
 * they always do, and nothing has to be restored however this process ends. Reads only in the foreground: a
 * process in the background that reads is stopped (SIGTTIN).
 */
export function onEnterKey(onEnter: (lines: number) => void, input: ReadStream = process.stdin): Disposable {
  if (!canReadKeys(input)) return { [Symbol.dispose]() {} };
  const look = () => (isForeground() ? input.resume() : input.pause());
  // `fg` and `bg` of a shell send it.
  process.on('SIGCONT', look);
  // A terminal that is gone.
  const ignore = () => {};
  const onData = (typed: Buffer) => onEnter(typed.filter((byte) => byte === LINE_BREAK).length);
  input.on('data', onData).on('error', ignore);
  look();
  return {
    [Symbol.dispose]() {
      process.off('SIGCONT', look);
      input.off('data', onData).pause();
    },
  };
}

/** Whether somebody can press Enter. */
export function canReadKeys(input: ReadStream = process.stdin): boolean {
  return input.isTTY && process.platform !== 'win32';
}

const LINE_BREAK = 0x0a;

/** Whether this process is in the foreground of its terminal. If that cannot be found out, it is not. */
function isForeground(): boolean {
  const [group, foregroundGroup] = readGroups();
  return group !== undefined && group === foregroundGroup;
}

/** Process group, and the group in the foreground of the terminal. */
function readGroups(): (string | undefined)[] {
  try {
    // Behind the name, in parentheses: state, parent, group, session, terminal, foreground group.
    const [, , group, , , foregroundGroup] = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return [group, foregroundGroup];
  } catch {
    return groupsOfPs();
  }
}

function groupsOfPs(): (string | undefined)[] {
  try {
    const options = ['-o', 'pgid=,tpgid=', '-p', String(process.pid)];
    return execFileSync('ps', options, { encoding: 'utf8' }).trim().split(/\s+/);
  } catch {
    return [];
  }
}
