import { printable } from './printable.js';
import { cutOff, shortened, textWidth } from './text-width.js';

export type TerminalOutput = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** One line that is drawn over and over: what it is about, which may be shortened, and what is said of it. */
export interface StatusLine {
  readonly label: string;
  readonly text: string;
}

/** `^C` is echoed at the end of the last line: with room for it that stays one line. */
const ROOM_FOR_ECHO = 3;
const SHORTEST_LABEL = 8;

/** What stands on terminals now: somebody who must write past them wipes it first. */
const standing = new Set<Terminal>();

/** Wipes what is drawn over and over: the next line begins at the left. */
export function wipeStatus(): void {
  for (const terminal of standing) terminal.show([]);
}

/**
 * Prints lines, and below them shows some that are drawn over and over. What may come from a database or a
 * configuration is printed without control characters. Where lines cannot be drawn over (no terminal,
 * `TERM=dumb`, `CI`), none are shown.
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

  /**
   * To the first of the drawn lines, and clears from there. A terminal that became narrower has broken them.
   */
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
