import { expect, it } from 'vitest';
import { compareDestinations } from '../../src/config/changes.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';

const BERLIN: ConnectionParams = { host: 'db1', port: 5432, databaseName: 'replica', name: 'berlin' };

it.each([
  ['name', { name: 'potsdam' }],
  ['password', { password: 'another' }],
  ['host', { host: 'db2' }],
  ['pause', { paused: true as const }],
])('a destination with another %s is another one', (_, change) => {
  const changed = { ...BERLIN, ...change };
  expect(compareDestinations([BERLIN], [changed])).toEqual({ removed: [BERLIN], added: [changed] });
});

it('a destination is the same in another place of the file, and with another password in its file', () => {
  const [one, other] = ['one', 'other'].map((password) => ({ ...BERLIN, password, passwordFrom: '/file' }));
  const paris = { ...BERLIN, name: 'paris', databaseName: 'other' };
  const before = [one, paris] as ConnectionParams[];
  expect(compareDestinations(before, [{ ...paris }, other] as ConnectionParams[])).toEqual({
    removed: [],
    added: [],
  });
});
