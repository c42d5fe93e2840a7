// @ts-nocheck
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  COMMANDS,
  GENERATED_SECTIONS,
  hasSection,
  withGeneratedSections,
} from '../support/docs/generated-sections.js';
import { anchors, codeBlocks, relativeLinks } from '../support/docs/markdown.js';

const DOCUMENTS = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'deploy/README.md',
  'bench/README.md',
  'docs/architecture.md',
  'docs/commands.md',
  'docs/configuration.md',
  'docs/limitations.md',
  'docs/log.md',
  'docs/operations.md',
  'docs/performance.md',
];
const MAX_README_LINES = 160;

const readme = readFileSync('README.md', 'utf8');
const commands = readFileSync('docs/commands.md', 'utf8');

describe.each(Object.entries(GENERATED_SECTIONS))('%s', (file, sections) => {
  const text = readFileSync(file, 'utf8');

  it('holds tables and help texts as they are now (npm run docs writes them)', async () => {
    await expect(withGeneratedSections(text, sections)).toMatchFileSnapshot(`../../${file}`);
  });

  it.each(Object.keys(sections))('has a place for %s', (name) => {
    expect(hasSection(text, name)).toBe(true);
  });
});

describe('README.md', () => {
  it('tells a newcomer the two lines to type, and CI runs them', () => {
    expect(codeBlocks(readme, 'ci')).toEqual(['npm ci && npm run demo', 'npm ci && npm test']);
  });

  it('names for every guarantee a test that exists', () => {
    const proofs = relativeLinks(readme).filter(({ target }) => target.endsWith('.test.ts'));
    expect(proofs.length).toBeGreaterThanOrEqual(8);
    for (const { text, target } of proofs) expect(readFileSync(target, 'utf8')).toContain(text);
  });

  it('is short', () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(MAX_README_LINES);
  });

  it('gives no measured number that docs/performance.md does not give', () => {
    const [, section = ''] = readme.split('## How fast it is');
    const rows = section.split('\n').filter((line) => /^\|.*\d/.test(line));
    expect(rows.length).toBe(5);
    const known = readFileSync('docs/performance.md', 'utf8');
    for (const row of rows) {
      expect(numbersOf(known)).toEqual(expect.arrayContaining(numbersOf(row)));
      const ratios = [...row.matchAll(/([\d.]+) ×/g)].map(([, ratio = '']) => ratio);
      const together = known.split('\n').map(numbersOf);
      expect(together).toContainEqual(expect.arrayContaining(ratios));
    }
  });
});

describe.each(Object.entries(COMMANDS))('%s', (name, file) => {
  it('has a section of its own, to which README.md leads', () => {
    expect(commands).toContain(`\n## ${name}\n`);
    expect(readme).toContain(`[\`${name}\`](docs/commands.md#${name.toLowerCase()})`);
  });

  it('has all options that examples show', () => {
    const help = execFileSync(process.execPath, [file, '--help'], { encoding: 'utf8' });
    const lines = codeBlocks(commands, 'example')
      .flatMap((block) => block.split('\n'))
      .filter((line) => line.startsWith(`${name} `));
    expect(lines).not.toEqual([]);
    for (const option of lines
      .join(' ')
      .replace(/#.*/g, '')
      .match(/(?<= )--?[a-z][a-z-]*/g) ?? [])
      expect(help).toMatch(new RegExp(`(^|[ ,])${option}\\b`, 'm'));
  });
});

describe.each(DOCUMENTS)('%s', (file) => {
  const text = readFileSync(file, 'utf8');
  const links = relativeLinks(text).map(({ target, anchor }) => ({
    target: target === '' ? file : normalize(join(dirname(file), target)),
    anchor,
  }));

  it('links only to files that exist', () => {
    expect(links.filter(({ target }) => !existsSync(target))).toEqual([]);
  });

  it('links only to sections that exist', () => {
    const toSections = links.filter(({ target, anchor }) => anchor !== '' && target.endsWith('.md'));
    expect(
      toSections.filter(({ target, anchor }) => !anchors(readFileSync(target, 'utf8')).includes(anchor)),
    ).toEqual([]);
  });

  it('names only files and folders that exist', () => {
    const paths =
      text.match(/(?<![\w./-])(?:src|workers|bin|test|bench|demo|docs|deploy)\/[\w./-]*\w/g) ?? [];
    expect(paths.filter((path) => !existsSync(path) && !existsSync(join(dirname(file), path)))).toEqual([]);
  });
});

function numbersOf(text: string): string[] {
  return (text.match(/\d[\d.,]*/g) ?? []).map((number) => number.replace(/[.,]$/, ''));
}
