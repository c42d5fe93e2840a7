// @ts-nocheck
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FIELDS, type FieldName } from '../../src/log/fields.js';
import { RECORDS, type RecordName, ruleOf } from '../../src/log/records.js';
import { problemsOf } from '../support/installation/log-records.js';

/** All of src/ and workers/ that is not the table itself. */
const code = ['src', 'workers']
  .flatMap((folder) => readdirSync(folder, { recursive: true }).map((file) => `${folder}/${file}`))
  .filter((file) => file.endsWith('.ts') && !file.startsWith('src/log/'))
  .map((file) => ({ file, text: readFileSync(file, 'utf8') }));

const NAMES = Object.keys(RECORDS) as RecordName[];

/** `cannot listen to the source: trying again` is put together. */
function isWritten(name: string): boolean {
  const doing = /^cannot (.*): trying again$/.exec(name)?.[1] ?? name;
  return code.some(({ text }) => text.includes(`'${doing}'`));
}

it('every record of the reference is written somewhere', () => {
  expect(NAMES.filter((name) => !isWritten(name))).toEqual([]);
});

it('nothing is logged past the reference', () => {
  const past = code.filter(({ text }) =>
    /\b(log|logger)\??\.(trace|debug|info|warn|error|fatal)\(/.test(text),
  );
  expect(past.map(({ file }) => file)).toEqual([]);
});

it('every field of the reference is in a record', () => {
  const used = new Set(NAMES.map(ruleOf).flatMap(({ fields, optional = [] }) => [...fields, ...optional]));
  expect((Object.keys(FIELDS) as FieldName[]).filter((field) => !used.has(field))).toEqual([]);
});

it.each([
  [{ msg: 'caught' }, 'nobody knows it'],
  [{ msg: 'state', destination: 'd', state: 'live', id: 7 }, 'field id is not known'],
  [{ msg: 'state', destination: 'd' }, 'field state is missing'],
  [{ msg: 'state', destination: 'd', state: 'live', level: 30 }, 'level 30'],
])('a record that is not as the reference says is found out: %j', (record, problem) => {
  expect(problemsOf({ level: 20, ...record })).toEqual([problem]);
});
