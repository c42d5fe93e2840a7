// @ts-nocheck
import { chmodSync, chownSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exposureWarnings, notePgpassFile, noteSecretFile } from '../../src/common/secret-files.js';
import { ConfigFolder } from '../support/config/config-folder.js';

const IS_ROOT = process.getuid?.() === 0;
const NOBODY = 65_534;

/** A file with that mode, of somebody who is not root. */
function fileOf(folder: ConfigFolder, mode: number, name = 'file'): string {
  const file = folder.write(name, 'hunter2');
  if (IS_ROOT) chownSync(file, NOBODY, NOBODY);
  chmodSync(file, mode);
  return file;
}

describe('a file with a secret is warned of', () => {
  test.each([
    [0o644, 'every user of this machine may read it (mode 0644)'],
    [0o604, 'every user of this machine may read it (mode 0604)'],
    [0o440, 'its group may read it (mode 0440)'],
    [0o640, 'its group may read it (mode 0640)'],
  ])('when its mode is %o, once', (mode, warning) => {
    using folder = new ConfigFolder();
    const file = fileOf(folder, mode);
    noteSecretFile(file, 'a private key');
    const [told, ...more] = exposureWarnings();
    expect(told).toBe(
      `${file} holds a private key, and ${warning}. Make it readable by its owner only: chmod 600 '${file}'.`,
    );
    expect(more).toEqual([]);
    noteSecretFile(file, 'a private key');
    expect(exposureWarnings()).toEqual([]);
  });

  test('through links, as Kubernetes mounts secrets', () => {
    using folder = new ConfigFolder();
    mkdirSync(join(folder.path, '..2026'));
    fileOf(folder, 0o644, '..2026/password');
    symlinkSync('..2026', join(folder.path, '..data'));
    const link = join(folder.path, 'password');
    symlinkSync('..data/password', link);
    noteSecretFile(link, 'a password');
    expect(exposureWarnings()).toMatchObject([expect.stringContaining(`${link} holds a password`)]);
  });

  test.each([0o600, 0o400])('but not when its mode is %o', (mode) => {
    using folder = new ConfigFolder();
    noteSecretFile(fileOf(folder, mode), 'a password');
    expect(exposureWarnings()).toEqual([]);
  });

  test.runIf(IS_ROOT)('but not when it is root’s and only a group may read it', () => {
    using folder = new ConfigFolder();
    const file = folder.write('file', 'hunter2');
    chmodSync(file, 0o440);
    noteSecretFile(file, 'a password');
    expect(exposureWarnings()).toEqual([]);
    chmodSync(file, 0o444);
    expect(exposureWarnings()).toHaveLength(1);
  });

  test('but not when it is not there, or is no file', () => {
    using folder = new ConfigFolder();
    for (const file of [join(folder.path, 'missing'), folder.path, '/dev/null'])
      noteSecretFile(file, 'a password');
    expect(exposureWarnings()).toEqual([]);
  });
});

test('a .pgpass that others may access is said to be ignored, as libpq does', () => {
  using folder = new ConfigFolder();
  const file = fileOf(folder, 0o620);
  notePgpassFile(file);
  expect(exposureWarnings()).toEqual([
    `${file} is ignored, because other users may access it (mode 0620). Make it readable by its owner only: chmod 600 '${file}'.`,
  ]);
});
