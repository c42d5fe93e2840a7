// @ts-nocheck
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../support/docs/generated-sections.js';

function runAs(version: string, file: string) {
  return spawnSync(
    process.execPath,
    ['--require', './test/support/commands/pretended-version.cjs', file, '--version'],
    {
      encoding: 'utf8',
      env: { ...process.env, PRETENDED_NODE_VERSION: version },
    },
  );
}

describe.each(Object.entries(COMMANDS))('%s', (name, file) => {
  test.each(['6.17.1', '20.18.3'])('says that Node %s is too old', (version) => {
    const { status, stdout, stderr } = runAs(version, file);
    expect(stderr).toBe(
      `${name}: Node ${version} is too old. This command needs Node 20.19 or later.\n` +
        `Install a newer Node (https://nodejs.org), or put it first in PATH. This one is ${process.execPath}.\n`,
    );
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  test.each(['20.19.0', '100.2.0'])('runs with Node %s', (version) => {
    expect(runAs(version, file)).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('what an old Node reads before it is refused', () => {
  const files = [...Object.values(COMMANDS), 'dist/bin/launch/launch.js'];

  /** Each in the major of Node that brought it. */
  test.each([
    ['async functions', /\b(async|await)\b/],
    ['import() and ECMAScript modules', /\b(import|export)[ (]/],
    ['object spread', /\{ ?\.\.\./],
    ['catch without a name', /\bcatch \{/],
    ['optional chaining', /\?\.\D/],
    ['nullish coalescing', /\?\?/],
    ['node: before the names of modules', /node:/],
  ])('has no %s', (_, syntax) => {
    for (const file of files) expect(withoutComments(readFileSync(file, 'utf8')), file).not.toMatch(syntax);
  });

  test('is CommonJS also to a Node that knows modules', () => {
    expect(JSON.parse(readFileSync('dist/bin/package.json', 'utf8'))).toEqual({ type: 'commonjs' });
  });
});

function withoutComments(code: string): string {
  return code.replace(/\/\*.*?\*\//gs, '');
}
