// @ts-nocheck
import { PassThrough } from 'node:stream';
import type { Terminal } from '../../../src/cli/ask.js';

/** Somebody at a terminal who gives these answers, one to each question, then only ^D. */
export class AskedPerson implements Terminal {
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  /** Everything that the terminal showed. */
  shown = '';
  #answers: string[];

  constructor(...answers: readonly string[]) {
    this.#answers = [...answers];
    this.output.setEncoding('utf8').on('data', (text: string) => {
      this.shown += text;
      if (text.endsWith('[y/N] ')) this.#answer();
    });
  }

  /** Each is typed only once its question is there. */
  #answer(): void {
    const answer = this.#answers.shift() ?? '\u0004';
    setImmediate(() => this.input.write(answer));
  }
}
