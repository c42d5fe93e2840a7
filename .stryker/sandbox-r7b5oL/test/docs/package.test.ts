// @ts-nocheck
import { execFileSync } from 'node:child_process';
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../support/docs/generated-sections.js';

/** What `npm pack` would put into the package. */
function packedFiles(): string[] {
  const json = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' });
  const [packed] = JSON.parse(json) as [{ files: { path: string }[] }];
  return packed.files.map(({ path }) => path);
}

describe('the package', () => {
  it.each(Object.entries(COMMANDS))('%s can be executed after a build', (_, file) => {
    expect(() => accessSync(file, constants.X_OK)).not.toThrow();
    expect(readFileSync(file, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it('has a command for every file of bin/', () => {
    const launchers = readdirSync('bin').filter((file) => file.startsWith('slate-'));
    const built = launchers.map((file) => `dist/bin/${file.replace(/\.ts$/, '.js')}`);
    expect(Object.values(COMMANDS).sort()).toEqual(built.sort());
    expect(readdirSync('src/commands').sort()).toEqual(launchers.sort());
  });

  it('holds the commands, the workers and the SQL, and nothing that only the repository needs', () => {
    const files = packedFiles();
    const sql = readdirSync('src/schema/sql').map((file) => `src/schema/sql/${file}`);
    expect(files).toEqual(
      expect.arrayContaining([
        ...Object.values(COMMANDS),
        ...sql,
        'dist/bin/package.json',
        'dist/bin/launch/launch.js',
        'dist/workers/write.js',
        'README.md',
        'LICENSE',
      ]),
    );
    const unwanted = /^(dist\/(?!bin|src|workers)|test|bench|demo|\.ci|src\/(?!schema\/sql))|\.map$/;
    expect(files.filter((file) => unwanted.test(file))).toEqual([]);
  });
});
