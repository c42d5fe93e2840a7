/**
 * What must never be printed, whoever wrote the text: passwords and private keys register here when they are
 * read, and everything that leaves the process as text passes through `redact`. A safety net: nothing of ours
 * prints a secret on purpose, but a driver's message might.
 */
const secrets = new Set<string>();
const publicWords = new Set<string>();
let pattern: RegExp | undefined;

/** A shorter secret is masked only where it stands alone: inside words it would shred every message. */
const SHORT_SECRET_LENGTH = 6;

/** From now on `redact` masks this text. */
export function registerSecret(secret: string | undefined): void {
  if (secret === undefined || secret === '') return;
  secrets.add(secret);
  pattern = undefined;
}

/** Host, database and user names: a password that equals one of them is no longer masked, or no message could be read. */
export function registerPublicWord(word: string | undefined): void {
  if (word === undefined) return;
  publicWords.add(word);
  pattern = undefined;
}

/** The text with every known secret replaced by `***`. */
export function redact(text: string): string {
  if (secrets.size === 0) return text;
  pattern ??= buildPattern();
  return text.replace(pattern, '***');
}

function buildPattern(): RegExp {
  const masked = [...secrets].filter((secret) => !publicWords.has(secret));
  if (masked.length === 0) return /(?!)/g;
  const longestFirst = masked.sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map(alternative).join('|'), 'gu');
}

function alternative(secret: string): string {
  const literal = secret.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return secret.length < SHORT_SECRET_LENGTH ? `(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])` : literal;
}
