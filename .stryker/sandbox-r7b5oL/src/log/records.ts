/**
 * Every record that slate-replicator writes. The key is the record's `msg`. Types, the reference in
 * docs/log.md and the tests come from here.
 */
// @ts-nocheck


import { CHECK_RECORDS } from './check-records.js';
import { DESTINATION_RECORDS } from './destination-records.js';
import type { FieldName, FieldValue } from './fields.js';
import type { RecordRule } from './record-rule.js';
import { RUN_RECORDS } from './run-records.js';
import { SOURCE_RECORDS } from './source-records.js';

export const RECORDS = {
  ...RUN_RECORDS,
  ...SOURCE_RECORDS,
  ...CHECK_RECORDS,
  ...DESTINATION_RECORDS,
} as const;

/** The `msg` of a record. */
export type RecordName = keyof typeof RECORDS;

type RuleOf<Name extends RecordName> = (typeof RECORDS)[Name];

export type LevelOf<Name extends RecordName> = RuleOf<Name>['levels'][number];

type OptionalOf<Name extends RecordName> =
  RuleOf<Name> extends { readonly optional: readonly (infer Key extends FieldName)[] } ? Key : never;

/** What code passes for the fields of a record. */
export type FieldsOf<Name extends RecordName> = {
  readonly [Key in RuleOf<Name>['fields'][number]]: FieldValue<Key>;
} & { readonly [Key in OptionalOf<Name>]?: FieldValue<Key> | undefined };

/** The same without its literal types, for code that treats all records alike. */
export function ruleOf(name: RecordName): RecordRule {
  return RECORDS[name];
}
