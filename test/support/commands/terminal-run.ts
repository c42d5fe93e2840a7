import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Screen } from './screen.js';

export interface TerminalRun {
  readonly code: number | null;
  /** All bytes that the terminal got. */
  readonly raw: string;
  /** What stands on it at the end. */
  readonly lines: readonly string[];
}

export interface TerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  /** A file of `dist/bin`; default: that of the replicator. */
  readonly file?: string;
  /** Whether the terminal shows what is typed, as it does for a person; default: it does not. */
  readonly echoes?: boolean;
  /** Called with what came so far; `press` types keys, such as `\u0003` for ^C. */
  readonly watch?: (raw: string, press: (keys: string) => void) => void;
}

/** `script` of util-linux, which makes pseudo terminals. */
export const HAS_SCRIPT = /util-linux/.test(
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '',
);

/** Runs a command, `slate-replicator` unless told otherwise, on a pseudo terminal. */
export async function runOnTerminal(
  args: readonly string[],
  { env = {}, columns = 80, echoes = false, file = 'slate-replicator', watch }: TerminalOptions = {},
): Promise<TerminalRun> {
  const quoted = [process.execPath, `dist/bin/${file}.js`, ...args].map((word) => `'${word}'`);
  const line = `stty cols ${columns} rows 24 ${echoes ? 'echo' : '-echo'}; exec ${quoted.join(' ')}`;
  const child = spawn('script', ['-qefc', line, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm', CI: '', LOG_LEVEL: '', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let raw = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    raw += text;
    watch?.(raw, (keys) => child.stdin.write(keys));
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const screen = new Screen(columns);
  screen.write(raw);
  return { code, raw, lines: screen.lines };
}
