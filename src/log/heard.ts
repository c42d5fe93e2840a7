import type { FieldName } from './fields.js';
import type { Log } from './log.js';
import type { RecordName } from './records.js';

/** The fields of any record. */
export type HeardFields = { readonly [Name in FieldName]?: unknown };

/** A log that tells `hear` of each record too, at whatever level it is written. */
export function heardBy(log: Log, hear: (name: RecordName, fields: HeardFields) => void): Log {
  return {
    write: (name, fields, level) => {
      hear(name, fields);
      log.write(name, fields, level);
    },
    isOn: (name) => log.isOn(name),
  };
}
