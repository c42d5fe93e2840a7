// @ts-nocheck
import { printable } from './printable.js';
import { cutOff, shortened, textWidth } from './text-width.js';

export type TerminalOutput = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** A status line: a label, which may be shortened, and a text. */
export interface StatusLine {
  readonly label: string;
  readonly text: string;
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

  /** From now on these lines are shown. */
  show(status: readonly StatusLine[]): void {
    if (!this.#canRedraw || (status.length === 0 && this.#drawn.length === 0)) return;
    this.#status = status;
    this.#output.write(this.#wiping() + this.#drawing());
    if (status.length > 0) standing.add(this);
    else standing.delete(this);
  }

  [Symbol.dispose](): void {
    this.show([]);
    this.#output.off('resize', this.#onResize);
  }

  /** Control sequence that wipes the status lines. A terminal that became narrower has wrapped them. */
  #wiping(): string {
    if (this.#drawn.length === 0) return '';
    const rows = this.#drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / this.columns)), 0);
    return `\r${rows > 1 ? `\u001b[${rows - 1}A` : ''}\u001b[J`;
  }

  #drawing(): string {
    const lines = this.#status.map((line) => fitted(line, this.columns - ROOM_FOR_ECHO));
    this.#drawn = lines.map(textWidth);
    return lines.join('\n');
  }
}

/** `label: text` in at most so many columns. */
function fitted({ label, text }: StatusLine, columns: number): string {
  const room = Math.max(SHORTEST_LABEL, columns - textWidth(text) - 2);
  return cutOff(`${shortened(printable(label), room)}: ${text}`, Math.max(1, columns));
}

function canRedraw(output: TerminalOutput): boolean {
  const { TERM, CI } = process.env;
  return output.isTTY === true && TERM !== 'dumb' && (CI === undefined || CI === '' || CI === 'false');
}
