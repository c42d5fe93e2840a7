// @ts-nocheck
import { expect, test } from 'vitest';
import { refusePooler, type SessionSigns } from '../../src/pg/pooler.js';

const PARAMS = { host: 'db1', port: 6432, databaseName: 'events' };
const AS_SESSION = { ...PARAMS, pooler: 'session' } as const;
const DIRECT: SessionSigns = { announcedPid: 7, answeredBy: [7, 7], backendAgeMs: 20, connectionAgeMs: 30 };

test.each<[string, Partial<SessionSigns>, RegExp]>([
  ['is told another number', { announcedPid: 123 }, /was given the number 123, but server process 7 answers/],
  ['is told no number', { announcedPid: null }, /was given the number \(none\)/],
  [
    'was there before we came',
    { backendAgeMs: 60_000 },
    /server process 7 is 60 s older than this connection/,
  ],
])('a session that %s is a pooler, unless the operator vouches for it', (_, signs, seen) => {
  expect(() => refusePooler(PARAMS, { ...DIRECT, ...signs })).toThrow(seen);
  expect(() => refusePooler(AS_SESSION, { ...DIRECT, ...signs })).not.toThrow();
});

test.each<[string, Partial<SessionSigns>, RegExp]>([
  ['changes its server process', { answeredBy: [7, 8] }, /run by different server processes \(7, 8\)/],
  ['shares it', { besidePid: 7 }, /server process 7 served two sessions at the same time/],
])('a session that %s is refused, whatever the operator says', (_, signs, seen) => {
  for (const params of [PARAMS, AS_SESSION]) {
    expect(() => refusePooler(params, { ...DIRECT, ...signs })).toThrow(seen);
  }
});

test('a server that was reached directly is no pooler, also when its clock is set meanwhile', () => {
  expect(() => refusePooler(PARAMS, DIRECT)).not.toThrow();
  expect(() => refusePooler(PARAMS, { ...DIRECT, backendAgeMs: 1_500 })).not.toThrow();
  expect(() => refusePooler(PARAMS, { ...DIRECT, backendAgeMs: -3_600_000 })).not.toThrow();
});

test('a refusal says what to connect to instead', () => {
  expect(() => refusePooler(PARAMS, { ...DIRECT, announcedPid: 123 })).toThrow(
    expect.objectContaining({
      name: 'ConfigurationError',
      message: expect.stringContaining('db1:6432/events'),
      hint: expect.stringMatching(/Connect to the PostgreSQL server itself.*pooler: 'session'/),
    }),
  );
});
