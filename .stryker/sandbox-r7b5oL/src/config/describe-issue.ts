// @ts-nocheck
import type { z } from 'zod';
import { nearestName } from '../common/nearest-name.js';
import { describeSecret, describeValue } from './describe-value.js';
import { SSL_FIELDS } from './ssl-options.js';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** One line per mistake: where, what was expected, what was found. `raw` is the whole configuration. */
export function describeIssue(issue: Issue, raw: unknown): string[] {
  const where = issue.path;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${pathText([...where, key])}: ${unknownKey(key)}`);
  }
  if (issue.code === 'invalid_union') {
    return likeliest(issue.errors).flatMap((inner) =>
      describeIssue({ ...inner, path: [...where, ...inner.path] } as Issue, raw),
    );
  }
  return [`${pathText(where)}: ${explain(issue, valueAt(raw, where))}`];
}

/** An unknown key of `ssl`. All keys of `ssl` must be known, because it protects passwords. */
function unknownKey(key: string): string {
  const nearest = nearestName(key, Object.keys(SSL_FIELDS));
  return nearest === undefined ? 'unknown key' : `unknown key, did you mean ${nearest}?`;
}

/** Of several possible shapes of a value, the likeliest: the one with mistakes inside the value. */
function likeliest(branches: readonly Issue[][]): Issue[] {
  const isInside = (issue: Issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys';
  return branches.find((issues) => issues.some(isInside)) ?? branches.slice(0, 1).flat();
}

/** `passwordFile` may hold the password itself, by mistake. */
const SECRET_FIELDS = ['password', 'passwordFile'];

function explain(issue: Issue, value: unknown): string {
  const complete = issue.code === 'custom' && issue.params?.['complete'] === true;
  if (complete) return issue.message;
  const expected = expectation(issue);
  if (value === undefined) return `missing, ${expected}`;
  const isSecret = SECRET_FIELDS.includes(String(issue.path.at(-1)));
  return `${expected}, found ${isSecret ? describeSecret(value) : describeValue(value)}`;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
};

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `expected ${issue.values
        .map((value) => describeValue(value))
        .join(', ')
        .replace(/, ([^,]*)$/, ' or $1')}`;
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return `expected at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

function tooSmall(issue: z.core.$ZodIssueTooSmall): string {
  if (issue.origin === 'string') return 'expected a string that is not empty';
  if (issue.origin === 'array') return `expected at least ${issue.minimum} entry`;
  return `expected at least ${issue.minimum}`;
}

function valueAt(raw: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    raw,
  );
}

/** `replicationDestinations[1].host` */
function pathText(path: Path): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${String(key)}`))
    .join('');
}
