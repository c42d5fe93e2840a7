import { z } from 'zod';
import { isPrintable } from '../common/printable.js';

/** A longer name would fill the lines of tables, records and pages. */
const LONGEST_NAME = 100;

/** Name of a connection: a text that people can read, type and tell from others. */
export const connectionNameSchema = z
  .string()
  .min(1)
  .refine((name) => [...name].length <= LONGEST_NAME, `expected at most ${LONGEST_NAME} characters`)
  .refine(isPrintable, 'must not hold control or invisible characters')
  .refine((name) => name.trim() === name, 'must not begin or end with a space')
  .transform(comparableName);

/** The form in which names are compared: a letter with an accent can be written in two ways. */
export function comparableName(name: string): string {
  return name.normalize('NFC');
}
