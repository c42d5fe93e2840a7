import type { MessagePort } from 'node:worker_threads';
import { PasswordFunctionError, type PasswordQuestion } from '../src/pg/password-function.js';
import type { PasswordAnswer, PasswordRequest } from '../src/threads/messages.js';

/** Asks the main thread for passwords: the functions that answer with them stay there. */
export class PasswordChannel {
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, (answer: PasswordAnswer) => void>();
  #questions = 0;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  /** @throws PasswordFunctionError if the function fails. */
  async ask(question: PasswordQuestion): Promise<string> {
    const questionId = this.#questions++;
    const { password, problem = '' } = await new Promise<PasswordAnswer>((resolve) => {
      this.#waiting.set(questionId, resolve);
      this.#port.postMessage({ ...question, questionId } satisfies PasswordRequest);
    });
    if (password === undefined) throw new PasswordFunctionError(problem);
    return password;
  }

  answered(answer: PasswordAnswer): void {
    this.#waiting.get(answer.questionId)?.(answer);
    this.#waiting.delete(answer.questionId);
  }
}
