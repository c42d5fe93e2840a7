// @ts-nocheck
import { FIELDS, type Field } from '../../../src/log/fields.js';
import type { Log } from '../../../src/log/log.js';
import type { Level, RecordRule } from '../../../src/log/record-rule.js';
import { RECORDS, ruleOf } from '../../../src/log/records.js';
import { until } from '../until.js';

export interface LogRecord {
  /** As bunyan numbers them: debug 20, info 30, warn 40, error 50, fatal 60. */
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

const NUMBERS: Readonly<Record<Level, number>> = { debug: 20, info: 30, warn: 40, error: 50, fatal: 60 };

const COMMAND = 'slate-replicator';

/** The records of one replicator, as they come. Each must be as docs/log.md says. */
export class LogRecords {
  readonly all: LogRecord[] = [];
  /** Set when the replicator has failed: what has not come by then never comes. */
  failure: unknown;

  /** A log that keeps everything, debug records too. */
  readonly logger: Log = {
    write: (msg, fields, level) =>
      this.add({ name: COMMAND, ...fields, level: NUMBERS[level ?? ruleOf(msg).levels[0]], msg }),
    isOn: () => true,
  };

  /** The records with this message, and if given with these fields. */
  of(msg: string, fields: Readonly<Record<string, unknown>> = {}): LogRecord[] {
    const wanted = Object.entries(fields);
    return this.all.filter(
      (record) => record.msg === msg && wanted.every(([name, value]) => record[name] === value),
    );
  }

  /** Waits until at least `count` such records have come. */
  async until(msg: string, { count = 1, ...fields }: { count?: number; [field: string]: unknown } = {}) {
    await until(
      `${count} records "${msg}" had come`,
      () => {
        const hasCome = this.of(msg, fields).length >= count;
        if (!hasCome && this.failure !== undefined) throw this.failure;
        return hasCome;
      },
      () => `Records: ${this.all.map((record) => record.msg).join('; ')}`,
    );
    return this.of(msg, fields);
  }

  /** @throws Error for a record of slate-replicator that is not in the reference. */
  add(record: LogRecord): void {
    const problems = record['name'] === COMMAND ? problemsOf(record) : [];
    if (problems.length > 0) {
      this.failure = new Error(`Record "${record.msg}" is not as docs/log.md says: ${problems.join(', ')}.`);
      throw this.failure;
    }
    this.all.push(record);
  }
}

/** What is in every record of bunyan. */
const ALWAYS = new Set(['name', 'hostname', 'pid', 'level', 'msg', 'time', 'v']);

/** What in a record is not as the reference says. */
export function problemsOf(record: LogRecord): string[] {
  const rules: Readonly<Record<string, RecordRule>> = RECORDS;
  const rule = Object.hasOwn(rules, record.msg) ? rules[record.msg] : undefined;
  if (rule === undefined) return ['nobody knows it'];
  const given = Object.keys(record).filter((name) => !ALWAYS.has(name) && record[name] !== undefined);
  const known: readonly string[] = [...rule.fields, ...(rule.optional ?? [])];
  return [
    ...(rule.levels.some((level) => NUMBERS[level] === record.level) ? [] : [`level ${record.level}`]),
    ...given.filter((name) => !known.includes(name)).map((name) => `field ${name} is not known`),
    ...rule.fields.filter((name) => !given.includes(name)).map((name) => `field ${name} is missing`),
    ...given.filter((name) => known.includes(name) && !isOfItsType(name, record[name])),
  ];
}

function isOfItsType(name: string, value: unknown): boolean {
  const fields: Readonly<Record<string, Field<unknown>>> = FIELDS;
  switch (fields[name]?.type) {
    case 'integer':
      return typeof value === 'bigint' || Number.isInteger(value) || /^-?\d{16,}$/.test(String(value));
    case 'array':
      return Array.isArray(value);
    case 'object':
      return name === 'err' || (typeof value === 'object' && value !== null);
    default:
      return typeof value === fields[name]?.type;
  }
}
