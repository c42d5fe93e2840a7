// @ts-nocheck
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assertRoom, assertUsable, freeBytes } from '../../demo/room.js';

test('the demo says in words that its folder is not there, before it starts anything', () => {
  const folder = join(tmpdir(), 'slate-not-there');
  expect(() => assertUsable(folder)).toThrow(
    `The demo cannot use ${folder} for its files: there is no such folder.`,
  );
  expect(() => assertUsable(tmpdir())).not.toThrow();
});

test('the demo says how much room it needs where there is less, instead of filling the disk', () => {
  expect(() => assertRoom('/tmp', 12_345_678)).toThrow(
    'The demo needs 1250 MB in /tmp, where only 12 MB are free.',
  );
  expect(() => assertRoom('/tmp', 1_250_000_000)).not.toThrow();
  expect(freeBytes(tmpdir())).toBeGreaterThan(0);
});
