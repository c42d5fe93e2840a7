// @ts-nocheck
import type { FieldName } from './fields.js';
import type { FieldsOf, LevelOf, RecordName } from './records.js';

/** Writes the records of `RECORDS`. `Given` are fields that the log adds by itself. */
interface LogWith<Given extends FieldName> {
  /** @param level where the record has several; default: the first of them. */
  write<Name extends RecordName>(
    name: Name,
    fields: Omit<FieldsOf<Name>, Given>,
    level?: LevelOf<Name>,
  ): void;
  /** Whether such a record would be written now: for fields that cost something. */
  isOn(name: RecordName): boolean;
}

export type Log = LogWith<never>;

/** Its records name the source. */
export type SourceLog = LogWith<'source'>;

/** A log whose records name the source. */
export function sourceLog(log: Log, source: string): SourceLog {
  return {
    write: (name, fields, level) => log.write(name, { ...fields, source } as never, level),
    isOn: (name) => log.isOn(name),
  };
}
