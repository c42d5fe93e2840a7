import { Writable } from 'node:stream';

/** Escape sequences and single characters. */
const TOKENS = new RegExp(`${String.fromCharCode(27)}\\[\\d*[A-Z]|.`, 'gsu');

/** What a person sees: a terminal as far as our output goes (`\r`, `\n`, cursor up, clear below). It breaks long lines. */
export class Screen extends Writable {
  readonly isTTY = true;
  /** All that was written to it. */
  written = '';
  columns: number;
  rows: number;
  #lines: string[][] = [[]];
  #row = 0;
  #column = 0;

  constructor(columns = 80, rows = 24) {
    super({
      write: (chunk: Buffer, _encoding, done) => {
        this.written += chunk.toString();
        for (const token of chunk.toString().match(TOKENS) ?? []) this.#obey(token);
        done();
      },
    });
    this.columns = columns;
    this.rows = rows;
  }

  /** The lines that are not empty. */
  get lines(): string[] {
    return this.#lines.map((line) => line.join('').trimEnd()).filter((line) => line !== '');
  }

  /** A narrower terminal breaks the lines that stand there, as most terminals do; the cursor stays at the end. */
  narrow(columns: number): void {
    this.columns = columns;
    this.#lines = this.#lines.flatMap((line) => {
      const pieces: string[][] = [];
      for (let at = 0; at === 0 || at < line.length; at += columns) pieces.push(line.slice(at, at + columns));
      return pieces;
    });
    this.#row = this.#lines.length - 1;
    this.#column = this.#lines[this.#row]?.length ?? 0;
    this.emit('resize');
  }

  #obey(token: string): void {
    if (token === '\r') this.#column = 0;
    else if (token === '\n') this.#newLine();
    else if (/^.\[\d*A$/.test(token))
      this.#row = Math.max(0, this.#row - (Number.parseInt(token.slice(2), 10) || 1));
    else if (token === '\u001b[J') this.#clearBelow();
    else if (token === '\u001b[K') this.#lines[this.#row]?.splice(this.#column);
    else if (token.startsWith('\u001b')) throw new Error(`the screen does not know ${JSON.stringify(token)}`);
    else this.#put(token);
  }

  #put(character: string): void {
    if (this.#column >= this.columns) this.#newLine();
    const line = this.#lines[this.#row];
    if (line === undefined) throw new Error('the cursor is off the screen');
    line[this.#column] = character;
    this.#column += 1;
  }

  #newLine(): void {
    this.#row += 1;
    this.#column = 0;
    this.#lines[this.#row] ??= [];
  }

  #clearBelow(): void {
    this.#lines.length = this.#row + 1;
    this.#lines[this.#row]?.splice(this.#column);
  }
}
