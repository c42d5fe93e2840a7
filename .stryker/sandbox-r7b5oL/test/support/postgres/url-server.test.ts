// @ts-nocheck
import { expect, test } from 'vitest';
import { parseServerUrl } from './url-server.js';

test.each([
  ['postgres://localhost', { host: 'localhost', port: 5432, user: 'postgres' }],
  ['postgresql://me@db1:5433', { host: 'db1', port: 5433, user: 'me' }],
  ['postgres://me:p%40ss@[::1]:5433', { host: '::1', port: 5433, user: 'me', password: 'p@ss' }],
  ['postgres://127.0.0.1/any', { host: '127.0.0.1', port: 5432, user: 'postgres' }],
  ['postgres://me@%2Fvar%2Frun%2Fpostgresql', { host: '/var/run/postgresql', port: 5432, user: 'me' }],
])('SLATE_POSTGRES_URL may be %s', (text, address) => {
  expect(parseServerUrl(text)).toEqual(address);
});

test.each([
  'db1',
  'http://db1',
  'postgres://',
  'postgres://me:hunter2@db1:port',
  'postgres://me:hunter2@db1?ssl=1',
])('SLATE_POSTGRES_URL may not be %s, and the error does not quote it', (text) => {
  expect(() => parseServerUrl(text)).toThrow(/^SLATE_POSTGRES_URL must look like postgres:\/\/user/);
  expect(() => parseServerUrl(text)).not.toThrow(/hunter2/);
});
