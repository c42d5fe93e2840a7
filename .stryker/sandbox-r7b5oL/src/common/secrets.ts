/**
 * Texts that must never be printed. Passwords and private keys are registered when they are read, and
 * everything that leaves the process as text passes through `redact`. This is a safety net: this program
 * prints no secret on purpose, but a message of the driver or of a server might hold one.
 */
// @ts-nocheck

const secrets = new Set<string>();
/**
 * These words are never masked. If one of them is a password, masking it would garble messages and reveal it.
 */
const publicWords = new Set([
  'slate',
  'slate-replicator',
  'replicator',
  'template1',
  'server',
  'table',
  'role',
  'host',
  'port',
  'the',
  'and',
  'not',
  'for',
  'postgres',
  'postgresql',
  'localhost',
  'database',
  'password',
  'user',
  'source',
  'destination',
  'replica',
  'event',
  'events',
]);
let patterns: Patterns | undefined;

interface Patterns {
  readonly secret: RegExp;
  /** Public words that contain a secret. The secret is shown inside these words. */
  readonly publicWord: RegExp;
}

const NOTHING = /(?!)/g;

/** A shorter secret is not masked: that would garble every message and reveal the secret. */
const SHORTEST_MASKED = 3;

/** A shorter secret is masked only as a word of its own: inside words, masking would garble messages. */
const SHORT_SECRET_LENGTH = 6;

/** Makes `redact` mask this text from now on, unless it has only one or two characters. */
export function registerSecret(secret: string | undefined): void {
  if (secret === undefined || secret.length < SHORTEST_MASKED) return;
  secrets.add(secret);
  patterns = undefined;
}

/**
 * Registers a host, port, database or role: a password that equals such a word, or a part of it, is not
 * masked there.
 */
export function registerPublicWord(word: string | undefined): void {
  if (word === undefined || word === '') return;
  publicWords.add(word);
  patterns = undefined;
}

/** The text with every known secret replaced by `***`. */
export function redact(text: string): string {
  if (secrets.size === 0) return text;
  patterns ??= buildPatterns();
  const { secret, publicWord } = patterns;
  let shown: readonly Place[] | undefined;
  return text.replace(secret, (match, from: number) => {
    shown ??= [...text.matchAll(publicWord)].map(placeOf);
    const to = from + match.length;
    return shown.some((place) => place.from <= from && to <= place.to) ? match : '***';
  });
}

interface Place {
  readonly from: number;
  readonly to: number;
}

function placeOf({ index, 0: match }: RegExpExecArray): Place {
  return { from: index, to: index + match.length };
}

function buildPatterns(): Patterns {
  const masked = [...secrets].filter((secret) => !publicWords.has(secret));
  const containing = [...publicWords].filter((word) => masked.some((secret) => word.includes(secret)));
  return {
    secret: anyOf(masked, (secret) =>
      secret.length < SHORT_SECRET_LENGTH ? asWord(literal(secret)) : literal(secret),
    ),
    publicWord: anyOf(containing, (word) => asWord(literal(word))),
  };
}

/** Matches the longest of the texts that begin at a place. */
function anyOf(texts: readonly string[], alternative: (text: string) => string): RegExp {
  if (texts.length === 0) return NOTHING;
  const longestFirst = [...texts].sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map(alternative).join('|'), 'gu');
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function asWord(pattern: string): string {
  return `(?<![\\p{L}\\p{N}_])${pattern}(?![\\p{L}\\p{N}_])`;
}
