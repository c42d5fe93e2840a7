import { printable } from '../common/printable.js';
import { barText } from './bar.js';
import { cutOff, shortened, textWidth } from './text-width.js';

export type TerminalOutput = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** A status line: a label, which may be shortened or empty, and a text. */
export interface StatusLine {
  readonly label: string;
  readonly text: string;
  /** From 0 to 1: shown as a bar where there is room. */
  readonly fraction?: number | undefined;
}

/** Room for the `^C` that a terminal echoes at the end of the last line, so that it does not wrap. */
const ROOM_FOR_ECHO = 3;
const SHORTEST_LABEL = 8;

/** Terminals on which status lines stand. Other output must wipe these lines first. */
const standing = new Set<Terminal>();

/** Wipes all status lines: the next output begins at the left. */
export function wipeStatus(): void {
  for (const terminal of standing) terminal.show([]);
}

/**
 * Prints lines, and shows status lines below them, which are redrawn. Text is printed without control
 * characters, because it may come from a database or a configuration. Shows no status lines if they cannot be
 * redrawn (no terminal, `TERM=dumb`, `CI`).
 */
export class Terminal implements Disposable {
  readonly #output: TerminalOutput;
  readonly #canRedraw: boolean;
  #status: readonly StatusLine[] = [];
  /** Widths of the lines that stand there. */
  #drawn: readonly number[] = [];
  /** How many rows below the last status line the cursor stands. */
  #rowsBelow = 0;
  readonly #onResize = () => this.#output.write(this.#wiping() + this.#drawing());

  constructor(output: TerminalOutput = process.stdout) {
    this.#output = output;
    this.#canRedraw = canRedraw(output);
    if (this.#canRedraw) output.on('resize', this.#onResize);
  }

  /** Whether `show` shows anything. */
  get canRedraw(): boolean {
    return this.#canRedraw;
  }

  /** How many lines fit below what was printed. */
  get rows(): number {
    return this.#output.rows || 24;
  }

  get columns(): number {
    return this.#output.columns || 80;
  }

  /** Prints lines; what is shown stays below them. */
  print(lines: readonly string[]): void {
    const text = lines.map((line) => `${printable(line)}\n`).join('');
    this.#output.write(this.#wiping() + text + this.#drawing());
  }

  /**
   * From now on these lines are shown. Lines that stand there are written over, not wiped: they do not
   * flicker.
   */
  show(status: readonly StatusLine[]): void {
    if (!this.#canRedraw || (status.length === 0 && this.#drawn.length === 0)) return;
    this.#status = status;
    const before = this.#drawn;
    const isWrapped = before.some((width) => width > this.columns);
    const start =
      isWrapped || before.length === 0 || status.length === 0 ? this.#wiping() : this.#upTo(before.length);
    this.#output.write(start + this.#drawing());
    if (status.length > 0) standing.add(this);
    else standing.delete(this);
  }

  /** Notes that somebody has pressed Enter so often, while status lines stand there. */
  movedDown(rows: number): void {
    if (this.#drawn.length > 0) this.#rowsBelow += rows;
  }

  [Symbol.dispose](): void {
    this.show([]);
    this.#output.off('resize', this.#onResize);
  }

  /** Control sequence that wipes the status lines. A terminal that became narrower has wrapped them. */
  #wiping(): string {
    if (this.#drawn.length === 0) return '';
    const rows = this.#drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / this.columns)), 0);
    return `${this.#upTo(rows)}\u001b[J`;
  }

  /** Control sequence that goes to the beginning of the status lines, which take so many rows. */
  #upTo(rows: number): string {
    const up = rows - 1 + this.#rowsBelow;
    this.#rowsBelow = 0;
    return `\r${up > 0 ? `\u001b[${up}A` : ''}`;
  }

  #drawing(): string {
    const lines = this.#status.map((line) => fitted(line, this.columns - ROOM_FOR_ECHO));
    this.#drawn = lines.map(textWidth);
    if (lines.length === 0) return '';
    return `${lines.map((line) => `${line}\u001b[K`).join('\n')}\u001b[J`;
  }
}

/** `label: bar text` in at most so many columns. */
function fitted({ label, text, fraction }: StatusLine, columns: number): string {
  if (label === '') return cutOff(text, Math.max(1, columns));
  const shown = printable(label);
  const bar = fraction === undefined ? '' : barText(fraction, columns - textWidth(`${shown}: ${text} `));
  const words = bar === '' ? text : `${bar} ${text}`;
  const room = Math.max(SHORTEST_LABEL, columns - textWidth(words) - 2);
  return cutOff(`${shortened(shown, room)}: ${words}`, Math.max(1, columns));
}

function canRedraw(output: TerminalOutput): boolean {
  const { TERM, CI } = process.env;
  return output.isTTY === true && TERM !== 'dumb' && (CI === undefined || CI === '' || CI === 'false');
}
