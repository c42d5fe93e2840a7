// @ts-nocheck
import { serverErrorFields } from '../pg/error-code.js';

/**
 * The row at which a COPY into `events` failed, counted from 1. Servers translate the words around the
 * number.
 */
export function failedCopyRow(error: unknown): number | undefined {
  const { where } = serverErrorFields(error);
  const [, row] = /^COPY events[^\d\n]*(\d+)/m.exec(where ?? '') ?? [];
  return row === undefined ? undefined : Number(row);
}
