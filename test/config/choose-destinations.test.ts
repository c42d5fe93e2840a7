import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../src/common/operator-error.js';
import { chooseDestinations } from '../../src/config/choose-destinations.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';

const [A, B, C]: [ConnectionParams, ConnectionParams, ConnectionParams] = [
  { host: 'db1', port: 5432, databaseName: 'a', name: 'first' },
  { host: 'db1', port: 5432, databaseName: 'b', name: 'K\u00f6ln' },
  { host: 'db2', port: 5433, databaseName: 'c' },
];

describe('--destination chooses', () => {
  test.each([
    ['all, if it is not given', undefined, [A, B, C]],
    ['all, if it names none', [], [A, B, C]],
    ['one by its name', ['first'], [A]],
    ['one by its place', ['db2:5433/c'], [C]],
    ['one that has a name by its place', ['db1:5432/a'], [A]],
    ['a letter with an accent, however it is composed', ['Ko\u0308ln'], [B]],
    ['several in the order of the file, each once', ['db2:5433/c', 'first', 'db1:5432/a'], [A, C]],
  ])('%s', (_, wanted, chosen) => {
    expect(chooseDestinations([A, B, C], wanted)).toEqual(chosen);
  });
});

/** The error with which names are refused. */
function refusal(all: readonly ConnectionParams[], wanted: readonly string[]): ConfigurationError {
  try {
    chooseDestinations(all, wanted);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
  }
  throw new Error('expected a ConfigurationError');
}

test('names that are not known are told, each once, with those that may have been meant', () => {
  expect(refusal([A, B, C], ['frst', 'zzzzzz', 'first', 'frst'])).toMatchObject({
    message: 'The configuration has no destination named "frst", "zzzzzz".',
    hint: 'Did you mean first? Its destinations: first, K\u00f6ln, db2:5433/c.',
  });
});

test('several that may have been meant are told', () => {
  const second = { ...A, name: 'second' };
  expect(refusal([A, second], ['frst', 'secnd']).hint).toMatch(/^Did you mean first, second\? /);
});

test('at most ten destinations are listed', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ ...A, databaseName: `d${n}`, name: `replica-${n}` }));
  const listed = `Its destinations: ${many(10)
    .map(({ name }) => name)
    .join(', ')}`;
  expect(refusal(many(10), ['zzzzzz']).hint).toBe(`${listed}.`);
  expect(refusal(many(12), ['zzzzzz']).hint).toBe(`${listed} and 2 more.`);
});
