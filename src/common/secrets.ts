/**
 * What must never be printed, whoever wrote the text: passwords and private keys register here when they are
 * read, and everything that leaves the process as text passes through `redact`. A safety net: nothing of ours
 * prints a secret on purpose, but a driver's message might.
 */
const secrets = new Set<string>();
/**
 * Where one of these is somebody's password, masking it would hide what messages say and tell what the
 * password is.
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
  /** Public words that contain a secret: what stands in one of them is shown. */
  readonly publicWord: RegExp;
}

const NOTHING = /(?!)/g;

/** Masking a shorter secret would shred every message, hide nothing from who guesses, and tell what it is. */
const SHORTEST_MASKED = 3;

/** A shorter secret is masked only where it stands alone: inside words it would shred every message. */
const SHORT_SECRET_LENGTH = 6;

/** From now on `redact` masks this text, unless it has only one or two characters. */
export function registerSecret(secret: string | undefined): void {
  if (secret === undefined || secret.length < SHORTEST_MASKED) return;
  secrets.add(secret);
  patterns = undefined;
}

/**
 * Hosts, ports, databases, roles: a password that equals one of them, or a part of one, is not masked there.
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
