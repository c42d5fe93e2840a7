// @ts-nocheck
import { FIELDS, type Field, type FieldName } from '../../../src/log/fields.js';
import { RECORDS, type RecordName, ruleOf } from '../../../src/log/records.js';

/** The table of records, for docs/log.md. */
export function recordsMarkdown(): string {
  const names = Object.keys(RECORDS) as RecordName[];
  return table(['`msg`', 'level', 'when', 'fields', 'since'], names.map(recordRow));
}

/** The table of fields, for docs/log.md. */
export function fieldsMarkdown(): string {
  const fields: [string, Field<unknown>][] = Object.entries(FIELDS);
  const rows = fields.map(([name, { type, unit = '', meaning }]) => [code(name), type, unit, meaning]);
  return table(['field', 'type', 'unit', 'meaning'], rows);
}

function recordRow(name: RecordName): string[] {
  const { levels, when, fields, optional = [], isOutput, since } = ruleOf(name);
  const level = levels.join(', ') + (isOutput ? ' (always)' : '');
  const maybe = optional.map((field: FieldName) => `${code(field)}?`);
  return [code(name), level, when, [...fields.map(code), ...maybe].join(', '), since];
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly string[][]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
