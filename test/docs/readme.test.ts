import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS, GENERATED_SECTIONS, hasSection, withGeneratedSections } from './generated-sections.js';
import { codeBlocks, relativeLinks } from './markdown.js';

const DOCUMENTS = [
  'README.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'deploy/README.md',
  'docs/log.md',
  'bench/README.md',
];
const readme = readFileSync('README.md', 'utf8');

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
    expect(proofs.length).toBeGreaterThanOrEqual(7);
    for (const { text, target } of proofs) expect(readFileSync(target, 'utf8')).toContain(text);
  });
});

describe('the documents', () => {
  it.each(DOCUMENTS.filter((file) => existsSync(file)))('%s links only to files that exist', (file) => {
    const missing = relativeLinks(readFileSync(file, 'utf8')).filter(
      ({ target }) => !existsSync(join(dirname(file), target)),
    );
    expect(missing).toEqual([]);
  });

  it.each(Object.keys(COMMANDS))('%s has a section of its own', (name) => {
    expect(readme).toContain(`### ${name}\n`);
  });
});
