// @ts-nocheck
import { PassThrough } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import { createLogger } from '../../src/cli/logger.js';
import { BugError } from '../../src/common/bug.js';
import { ConfigurationError, OperatorError } from '../../src/common/operator-error.js';
import { registerSecret } from '../../src/common/secrets.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

interface Recorded {
  readonly log: ReturnType<typeof createLogger>;
  /** The records so far. */
  records(): Record<string, unknown>[];
}

function recorded(level = ''): Recorded {
  vi.stubEnv('LOG_LEVEL', level);
  const output = new PassThrough();
  let text = '';
  output.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  const lines = () => text.split('\n').slice(0, -1);
  return { log: createLogger('slate-test', output), records: () => lines().map((line) => JSON.parse(line)) };
}

test('a record is one line of bunyan JSON', () => {
  const { log, records } = recorded();
  log.info({ events: 5 }, 'copied');
  expect(records()).toEqual([
    {
      name: 'slate-test',
      hostname: expect.any(String),
      pid: process.pid,
      level: 30,
      events: 5,
      msg: 'copied',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      v: 0,
    },
  ]);
});

test.each([
  ['', ['info', 'error']],
  ['debug', ['debug', 'info', 'error']],
  ['ERROR', ['error']],
  ['20', ['debug', 'info', 'error']],
])('with LOG_LEVEL "%s" it writes %j', (level, written) => {
  const { log, records } = recorded(level);
  log.trace('trace');
  log.debug('debug');
  log.info('info');
  log.error('error');
  expect(records().map(({ msg }) => msg)).toEqual(written);
});

test.each(['loud', '-1', '0', 'constructor'])(
  'LOG_LEVEL "%s" is refused with the levels that there are',
  (level) => {
    vi.stubEnv('LOG_LEVEL', level);
    const create = () => createLogger('slate-test');
    expect(create).toThrow(ConfigurationError);
    expect(create).toThrow(`LOG_LEVEL: "${level}" is not a log level`);
  },
);

test('ids are numbers as long as these are exact, else texts', () => {
  const { log, records } = recorded();
  log.info({ ids: [1n, 2n ** 53n - 1n, 2n ** 53n, -(2n ** 63n)] }, 'ids');
  expect(records()[0]?.['ids']).toEqual([1, 2 ** 53 - 1, '9007199254740992', '-9223372036854775808']);
});

test('a terminal gets no control character, and the text stays what it was', () => {
  const output = new PassThrough({ encoding: 'utf8' });
  const evil = 'a\u001b[2J\u009b2J\u007f';
  createLogger('slate-test', output).info({ destination: evil }, 'copied');
  const line = String(output.read()).trimEnd();
  expect(line).not.toMatch(/\p{Cc}/u);
  expect(JSON.parse(line)).toMatchObject({ destination: evil });
});

test('no record holds a secret, wherever it is', () => {
  const secret = 'pa"ss\\word\u0007ü';
  registerSecret(secret);
  const { log, records } = recorded('debug');
  log.info({ deep: { list: [`x${secret}y`] }, err: new Error(`refused: ${secret}`) }, `message ${secret}`);
  expect(JSON.stringify(records())).not.toContain('ss\\\\word');
  expect(records()[0]).toMatchObject({
    deep: { list: ['x***y'] },
    err: { message: 'refused: ***' },
    msg: 'message ***',
  });
});

test('an error shows its message, code and hint, and where it came from only at debug level', () => {
  const error = Object.assign(new OperatorError('Cannot connect', { hint: 'Check the host.' }), {
    code: '28P01',
  });
  const quiet = recorded();
  quiet.log.error({ err: error }, 'ended');
  quiet.log.error(error);
  const shown = { name: 'OperatorError', message: 'Cannot connect', hint: 'Check the host.', code: '28P01' };
  expect(quiet.records().map(({ err }) => err)).toEqual([shown, shown]);
  const verbose = recorded('debug');
  verbose.log.error({ err: error }, 'ended');
  expect(verbose.records()[0]?.['err']).toMatchObject({ stack: expect.stringContaining('logger.test.ts') });
});

test.each([
  ['as it is', new TypeError('x is not a function')],
  ['explained', new BugError(new TypeError('x is not a function'))],
])('a bug shows where it came from at every level: %s', (_, bug) => {
  const { log, records } = recorded();
  log.error({ err: bug }, 'ended');
  expect(records()[0]?.['err']).toMatchObject({ stack: expect.stringContaining('logger.test.ts') });
});

test('what is no error, and what refers to itself, is logged too', () => {
  const { log, records } = recorded();
  const circle: Record<string, unknown> = { id: 1n };
  circle['self'] = circle;
  log.info({ err: 'a text', circle }, 'odd');
  expect(records()[0]).toMatchObject({ err: { message: 'a text' }, circle: { id: 1, self: '[Circular]' } });
});
