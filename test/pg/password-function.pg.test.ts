/** What a function given as `password` may do, and what becomes of the session that asks it. */
import { expect, test } from 'vitest';
import { redact } from '../../src/common/secrets.js';
import { connect } from '../../src/pg/connect.js';
import type { Connection } from '../../src/pg/connection.js';
import type { PasswordFunction } from '../../src/pg/password-function.js';
import { withPasswordFunction } from '../support/config/password-functions.js';
import { needsPasswordCheck } from '../support/postgres/needs.js';
import { sharedServer } from '../support/postgres/shared-server.js';

const PARAMS = sharedServer().params('postgres');
const PASSWORD = PARAMS.password ?? '';

function open(passwordFunction: PasswordFunction, connectTimeoutMs = 15_000): Promise<Connection> {
  const params = { ...withPasswordFunction(PARAMS, passwordFunction), name: 'berlin' };
  return connect(params, { applicationName: 'slate-test', connectTimeoutMs });
}

test.for([
  ['returns the password', () => PASSWORD],
  ['returns a promise of it', async () => PASSWORD],
  ['returns it with a line break, as a program prints it', () => `${PASSWORD}\n`],
] as const)('a function that %s lets the session in', async ([, passwordFunction], context) => {
  needsPasswordCheck(context);
  await using connection = await open(passwordFunction);
  expect(await connection.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('the function is called for each session, and told for which login', async (context) => {
  needsPasswordCheck(context);
  const logins: object[] = [];
  const passwordFunction: PasswordFunction = ({ signal, ...login }) => {
    expect(signal.aborted).toBe(false);
    logins.push(login);
    return PASSWORD;
  };
  await using _first = await open(passwordFunction);
  await using _second = await open(passwordFunction);
  const { host, port, databaseName, user } = PARAMS;
  expect(logins).toEqual(Array(2).fill({ host, port, databaseName, user }));
});

const FUNCTION = 'the function given as password';
const INSTEAD = 'instead of a text that is not empty';

test.for<[string, PasswordFunction, string]>([
  ['a number', () => 12_345_678, `${FUNCTION} returned a number ${INSTEAD}`],
  ['undefined', () => undefined, `${FUNCTION} returned undefined ${INSTEAD}`],
  ['null', async () => null, `${FUNCTION} returned null ${INSTEAD}`],
  ['an empty text', () => '', `${FUNCTION} returned an empty text ${INSTEAD}`],
  ['a line break', () => '\n', `${FUNCTION} returned an empty text ${INSTEAD}`],
  ['a NUL', () => 'hunter2\0', `${FUNCTION} returned a text with a NUL character ${INSTEAD}`],
  ['an object', async () => ({ token: 'hunter2' }), `${FUNCTION} returned an object ${INSTEAD}`],
  ['a function', () => () => 'hunter2', `${FUNCTION} returned a function ${INSTEAD}`],
])('a function that returns %s is refused by a sentence', async ([, passwordFunction, said], context) => {
  needsPasswordCheck(context);
  const { user, host, port } = PARAMS;
  await expect(open(passwordFunction)).rejects.toMatchObject({
    message: `Cannot connect to berlin (${host}:${port}/postgres) as user "${user}": ${said} [08001]`,
    hint: expect.stringContaining('It is called at each attempt'),
    exitCode: 1,
  });
});

function fail(error: unknown): PasswordFunction {
  return async () => {
    throw error;
  };
}

test.for<[string, unknown, string]>([
  ['an error', new Error('vault is sealed\nat line 2'), 'threw an error: vault is sealed [08001]'],
  [
    'an error with a cause',
    new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 10.0.0.1:8200') }),
    'threw an error: fetch failed: connect ECONNREFUSED 10.0.0.1:8200 [08001]',
  ],
  [
    'an error that quotes a URL with a token',
    new Error('no answer from https://me:hunter2@vault/v1'),
    'threw an error: no answer from https://***@vault/v1 [08001]',
  ],
  ['the secret', 'hunter2', 'threw something that is not an Error [08001]'],
  ['a long text', new Error('x'.repeat(1_000)), `threw an error: ${'x'.repeat(200)}… [08001]`],
  ['an error with the word timeout', new Error('vault timeout'), 'threw an error: vault timeout [08001]'],
  ['an error without a text', new RangeError(), 'threw an error: RangeError [08001]'],
])('a function that throws %s is quoted with care', async ([, thrown, said], context) => {
  needsPasswordCheck(context);
  await expect(open(fail(thrown))).rejects.toMatchObject({ message: expect.stringContaining(said) });
  await expect(open(fail(thrown))).rejects.toMatchObject({ message: expect.not.stringContaining('hunter2') });
});

test('a function that does not answer is waited for as long as connectTimeout, and told when it is over', async (context) => {
  needsPasswordCheck(context);
  let isTold = false;
  const hang: PasswordFunction = ({ signal }) => {
    signal.addEventListener('abort', () => {
      isTold = true;
    });
    return new Promise(() => {});
  };
  await expect(open(hang, 200)).rejects.toMatchObject({
    message: expect.stringContaining(`${FUNCTION} has not answered in 200 ms`),
  });
  expect(isTold).toBe(true);
});

test('what a function answers is masked in every text, the latest answers of it', async (context) => {
  needsPasswordCheck(context);
  for (let n = 0; n < 20; n++) await open(() => `short-lived token ${n};`).catch(() => {});
  expect(redact('short-lived token 19; short-lived token 13;')).toBe('*** ***');
  expect(redact('short-lived token 0;')).toBe('short-lived token 0;');
});
