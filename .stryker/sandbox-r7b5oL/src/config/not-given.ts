// @ts-nocheck
import { z } from 'zod';

/** Whether a value stands for "not given": files say `null`, and scripts `process.env.X || ''`. */
export function isNotGiven(value: unknown): value is undefined | null | '' {
  return value === undefined || value === null || value === '';
}

/** The same for keys of version 0.1.4, which also took 0, NaN and false so. */
export function isFalsy(value: unknown): boolean {
  return !value;
}

/** Reads a value by `schema`, which gets undefined for one that is not given. */
export function unlessNotGiven<Value>(
  schema: z.ZodType<Value>,
  notGiven: (value: unknown) => boolean = isNotGiven,
): z.ZodType<Value> {
  return z.preprocess((value) => (notGiven(value) ? undefined : value), schema);
}
