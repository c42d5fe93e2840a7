/**
 * Passwords that a function of the configuration answers with. A function cannot be sent to another thread:
 * connections carry a key, the main thread keeps the functions, and a worker asks it.
 */
import { assert } from '../common/assert.js';
import { Deadline } from '../common/deadline.js';
import { messageOf } from '../common/message-of.js';
import { orAborted } from '../common/or-aborted.js';
import { redact, registerPassingSecret } from '../common/secrets.js';
import { type ConnectionParams, placeOf } from './connection-params.js';
import { SQLCLIENT_UNABLE_TO_CONNECT } from './sqlstate.js';

/** The login that a password is for. */
interface Login {
  readonly host: string;
  readonly port: number;
  readonly databaseName: string;
  readonly user: string;
}

/**
 * A function given as `password`. It gets the login, and a signal that is aborted when nobody waits for the
 * answer any more.
 */
export type PasswordFunction = (login: Login & { readonly signal: AbortSignal }) => unknown;

/** A question that a worker may send to the main thread. */
export interface PasswordQuestion {
  /** Key of the function. */
  readonly passwordFunction: string;
  readonly login: Login;
  /** How long somebody waits for the answer. */
  readonly timeoutMs: number;
}

/** The function failed. It may succeed when it is called again. */
export class PasswordFunctionError extends Error {
  override readonly name = 'PasswordFunctionError';
  /** The error may pass, as all of class 08. */
  readonly code = SQLCLIENT_UNABLE_TO_CONNECT;
}

const functions = new Map<string, PasswordFunction>();

/** Key of the function for a connection. It stays the same when a configuration file is read again. */
export function passwordFunctionKey(params: ConnectionParams): string {
  return `${params.user ?? ''}@${placeOf(params)}`;
}

/** Keeps the function of a connection, instead of an earlier one. */
export function keepPasswordFunction(key: string, passwordFunction: PasswordFunction): void {
  functions.set(key, passwordFunction);
}

/** How this thread asks. */
let ask = (question: PasswordQuestion, signal: AbortSignal) => callFunction(question, signal);

/** Makes this thread ask elsewhere: it is not the thread that keeps the functions. */
export function askForPasswordsThrough(elsewhere: (question: PasswordQuestion) => Promise<string>): void {
  ask = elsewhere;
}

/** Asks for the password of one session. @throws PasswordFunctionError */
export async function askForPassword(question: PasswordQuestion, signal: AbortSignal): Promise<string> {
  const password = await ask(question, signal);
  registerPassingSecret(question.passwordFunction, password);
  return password;
}

/** Answers the question of a worker. @throws PasswordFunctionError; also if the answer comes too late. */
export async function answerForThread(question: PasswordQuestion): Promise<string> {
  using deadline = new Deadline(question.timeoutMs, { reason: () => noAnswerWithin(question.timeoutMs) });
  return await orAborted(askForPassword(question, deadline.signal), deadline.signal);
}

export function noAnswerWithin(timeoutMs: number): PasswordFunctionError {
  return new PasswordFunctionError(`the function given as password has not answered in ${timeoutMs} ms`);
}

async function callFunction(
  { passwordFunction, login }: PasswordQuestion,
  signal: AbortSignal,
): Promise<string> {
  const call = functions.get(passwordFunction);
  assert(call !== undefined, 'There is no function of this key.');
  return passwordIn(await answerOf(call, { ...login, signal }));
}

async function answerOf(call: PasswordFunction, question: Parameters<PasswordFunction>[0]): Promise<unknown> {
  try {
    return await call(question);
  } catch (error) {
    throw new PasswordFunctionError(`the function given as password threw ${describeThrown(error)}`);
  }
}

/** As in a file, one line break at the end is ignored. */
function passwordIn(answer: unknown): string {
  const password = typeof answer === 'string' ? answer.replace(/\r?\n$/, '') : undefined;
  if (password !== undefined && password !== '' && !password.includes('\0')) return password;
  throw new PasswordFunctionError(
    `the function given as password returned ${describeAnswer(answer)} instead of a text that is not empty`,
  );
}

/** Only the kind of an answer: a number may be the password. */
function describeAnswer(answer: unknown): string {
  if (answer === undefined || answer === null) return `${answer}`;
  if (typeof answer === 'string')
    return answer.includes('\0') ? 'a text with a NUL character' : 'an empty text';
  return typeof answer === 'object' ? 'an object' : `a ${typeof answer}`;
}

const LONGEST_SHOWN = 200;

/** First line of a thrown error and of its cause. Anything else that is thrown may be a secret. */
function describeThrown(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is not an Error';
  const cause = error.cause instanceof Error ? `: ${firstLine(error.cause)}` : '';
  const text = `${firstLine(error)}${cause}`.replace(/\/\/[^/@\s]*@/g, '//***@');
  return `an error: ${redact(text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text)}`;
}

function firstLine(error: Error): string {
  const [line = ''] = messageOf(error).split('\n');
  return line || String((error as { code?: unknown }).code ?? error.name);
}
