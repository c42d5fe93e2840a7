// @ts-nocheck
import type { FieldName } from './fields.js';

export type Level = 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** What is known about one record. */
export interface RecordRule {
  /** The levels that it has; the first one unless the writer says another. */
  readonly levels: readonly [Level, ...Level[]];
  /** When it is written. */
  readonly when: string;
  readonly fields: readonly FieldName[];
  /** Fields that may be absent. */
  readonly optional?: readonly FieldName[];
  /** What a command was asked for: it is written whatever `LOG_LEVEL` says. */
  readonly isOutput?: boolean;
  /** The version that wrote it first. */
  readonly since: string;
}
export const SINCE = { since: '1.0.0' } as const;
