/** The first difference of two JSON texts, with shortened values. */
// @ts-nocheck

export interface JsonDifference {
  /** Such as `$.data.amount` or `$.tags[3]`. Absent if it was not looked for. */
  readonly path?: string;
  readonly left: string;
  readonly right: string;
}

const NOT_SHOWN = 'too long to be shown';
const TOO_LONG: JsonDifference = { left: NOT_SHOWN, right: NOT_SHOWN };
const ABSENT = '(absent)';
const SHOWN_CHARACTERS = 60;
/** How many characters of a long value are shown at least from the difference on, and how many before it. */
const SHOWN_AFTER = 20;
const SHOWN_BEFORE = 20;

/** Matches strings and numbers, which JSON.parse may change. */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const TAGGED = /"([sn])((?:[^"\\]|\\.)*)"/g;

/**
 * Parsed JSON in which every string, key and number became a string that starts with `s` or `n`, so that
 * nothing is lost or reordered.
 */
type Exact = string | boolean | null | readonly Exact[] | { readonly [key: string]: Exact };

/**
 * Compares two JSON texts exactly: 1.10 differs from 1.1, and numbers keep all digits. Null stands for a text
 * that is too long.
 */
export function firstJsonDifference(left: string | null, right: string | null): JsonDifference {
  if (left === null || right === null) return TOO_LONG;
  return differ(parseExactly(left), parseExactly(right), '$') ?? { path: '$', ...shorten(left, right) };
}

/** The beginning of a JSON text; null stands for one that is too long. */
export function shortenJson(json: string | null): string {
  return json === null ? NOT_SHOWN : cut(json, 0);
}

function parseExactly(json: string): Exact {
  const tagged = json.replace(STRING_OR_NUMBER, (token) =>
    token.startsWith('"') ? `"s${token.slice(1)}` : `"n${token}"`,
  );
  return JSON.parse(tagged) as Exact;
}

function differ(left: Exact | undefined, right: Exact | undefined, path: string): JsonDifference | undefined {
  if (left === right) return undefined;
  if (Array.isArray(left) && Array.isArray(right))
    return differWithin(left, right, (key) => `${path}[${key}]`);
  if (isObject(left) && isObject(right)) return differWithin(left, right, (key) => `${path}${member(key)}`);
  return { path, ...shorten(show(left), show(right)) };
}

type Container = Readonly<Record<string, Exact>>;

function differWithin(
  left: object,
  right: object,
  pathOf: (key: string) => string,
): JsonDifference | undefined {
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const found = differ((left as Container)[key], (right as Container)[key], pathOf(key));
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: Exact | undefined): value is Container {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function member(taggedKey: string): string {
  const key = taggedKey.slice(1);
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function show(value: Exact | undefined): string {
  if (value === undefined) return ABSENT;
  return JSON.stringify(value).replace(TAGGED, (_, tag, text) => (tag === 'n' ? text : `"${text}"`));
}

/** Cuts two texts to the part where they begin to differ. */
function shorten(left: string, right: string): { left: string; right: string } {
  let same = 0;
  while (same < left.length && left[same] === right[same]) same += 1;
  const from = same < SHOWN_CHARACTERS - SHOWN_AFTER ? 0 : same - SHOWN_BEFORE;
  return { left: cut(left, from), right: cut(right, from) };
}

function cut(text: string, from: number): string {
  const to = from + SHOWN_CHARACTERS;
  return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`;
}
