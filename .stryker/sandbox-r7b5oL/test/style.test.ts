// @ts-nocheck
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const MOST_COLUMNS = 110;

const COMMENT = /^\s*(?:\/\/|\/?\*)/;
/** Rows of a table, and what is only a link or has one that is too long to be broken. */
const UNBREAKABLE = /^\||https?:\/\/\S{40}|\]\(\S{40}/;

interface Line {
  readonly place: string;
  readonly text: string;
}

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => `${folder}/${file}`);
}

function linesOf(file: string): Line[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.map((text, index) => ({ place: `${file}:${index + 1}`, text }));
}

/** Without code blocks: what is typed cannot be broken. */
function proseOf(file: string): Line[] {
  let isCode = false;
  return linesOf(file).filter(({ text }) => {
    if (/^\s*```/.test(text)) isCode = !isCode;
    return !isCode && !UNBREAKABLE.test(text);
  });
}

function tooLong(lines: readonly Line[]): string[] {
  return lines.filter(({ text }) => [...text].length > MOST_COLUMNS).map(({ place }) => place);
}

test.each(['src', 'workers', 'bin'])('comments in %s have lines that an eye can follow', (folder) => {
  const comments = filesBelow(folder, '.ts')
    .flatMap(linesOf)
    .filter(({ text }) => COMMENT.test(text));
  expect(tooLong(comments)).toEqual([]);
});

test('so have the documents, but for tables and links', () => {
  const inRoot = readdirSync('.').filter((file) => file.endsWith('.md'));
  const documents = [...inRoot, ...['docs', 'deploy'].flatMap((folder) => filesBelow(folder, '.md'))];
  expect(tooLong([...documents, 'bench/README.md'].flatMap(proseOf))).toEqual([]);
});
