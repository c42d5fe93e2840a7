import { inspect } from 'node:util';

const LONGEST_SHOWN = 60;

/**
 * Describes a value for an error message. Never shows the content of an object, nor a text that could hold a
 * secret.
 */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'string' && !isShowable(value)) return 'a string (not shown)';
  return inspect(value);
}

/** Describes only the kind of a value that must not be shown. */
export function describeSecret(value: unknown): string {
  if (value === undefined || typeof value === 'object') return describeValue(value);
  return `a ${typeof value} (not shown)`;
}

/** Connection strings and pasted keys do not belong here, but people paste them. */
export function isShowable(text: string): boolean {
  return text.length <= LONGEST_SHOWN && !/[@\n]|:\/\//.test(text);
}
