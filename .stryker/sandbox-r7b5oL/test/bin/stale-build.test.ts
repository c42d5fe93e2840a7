// @ts-nocheck
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { refuseStaleBuild } from '../support/refuse-stale-build.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stale-build-'));
  for (const folder of ['bin', 'src/pg', 'workers', 'dist/src/pg'])
    mkdirSync(join(root, folder), { recursive: true });
  write('src/pg/a.ts', 1);
});
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, second: number): void {
  writeFileSync(join(root, file), '');
  utimesSync(join(root, file), second, second);
}

test('a build is tested that is not older than its sources', () => {
  write('dist/src/pg/a.js', 1);
  expect(() => refuseStaleBuild(root)).not.toThrow();
});

test('a source that was changed after it was built is named, with what to do', () => {
  write('dist/src/pg/a.js', 0);
  expect(() => refuseStaleBuild(root)).toThrow(
    'src/pg/a.ts was changed after it was built. Run `npm run build` first',
  );
});

test('so is one that was never built', () => {
  expect(() => refuseStaleBuild(root)).toThrow('src/pg/a.ts');
});
