import { z } from 'zod';
import { isFalsy, isNotGiven, unlessNotGiven } from './not-given.js';

/** One key of a configuration file: what it may hold, and its texts for people. */
export interface Option<Value> {
  /** What the key may hold; paths in it are relative to `folder`, that of the configuration file. */
  readonly schema: (folder: string) => z.ZodType<Value>;
  /** For people: 'integer', 'true or false'. */
  readonly type: string;
  /** For people; absent when there is none. */
  readonly default?: string;
  readonly required?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  /** A smaller number is raised to the minimum, with a warning, instead of being refused. */
  readonly raisesToMinimum?: boolean;
  readonly unit?: string;
  readonly description: string;
  /**
   * When to give it a higher value than the default, or another word. For people; present where there is a
   * choice.
   */
  readonly whyRaise?: string;
  /** When to give it a lower value, or to keep the default word. */
  readonly whyLower?: string;
  /** Name of the value in commands, if it is not the key, and the factor from the unit of the file. */
  readonly field?: { readonly name: string; readonly factor: number };
}

/** Longest time for setTimeout: with a longer one it would fire at once. */
export const LONGEST_MS = 2_147_483_647;

/** Advice that every option with a choice must give. */
interface Advice {
  whyRaise: string;
  whyLower: string;
}

interface IntegerRule extends Advice {
  default: number | { value: number; text: string };
  minimum: number;
  maximum?: number;
  raisesToMinimum?: boolean;
  unit?: string;
  description: string;
  field?: { name: string; factor: number };
  /** The key exists in version 0.1.4, which took every falsy value as not given. */
  falsyIsNotGiven?: boolean;
}

/** A whole number with a default. */
export function integer(rule: IntegerRule): Option<number> {
  const fallback =
    typeof rule.default === 'number' ? { value: rule.default, text: String(rule.default) } : rule.default;
  const schema = unlessNotGiven(
    integerSchema(rule).default(fallback.value),
    rule.falsyIsNotGiven ? isFalsy : isNotGiven,
  );
  return { ...rule, schema: () => schema, type: 'integer', default: fallback.text };
}

function integerSchema({ minimum, maximum, raisesToMinimum }: IntegerRule): z.ZodType<number> {
  const whole = z.int().max(maximum ?? Number.MAX_SAFE_INTEGER);
  const within = raisesToMinimum ? whole.transform((value) => Math.max(value, minimum)) : whole.min(minimum);
  return z.preprocess(cutToExact, within);
}

/** `1e20` and `Number.MAX_VALUE` mean "no limit". */
function cutToExact(value: unknown): unknown {
  return Number.isInteger(value) ? Math.min(value as number, Number.MAX_SAFE_INTEGER) : value;
}

/** A whole number that may be absent; 0 is none. */
export function optionalInteger(
  rule: Omit<IntegerRule, 'default' | 'raisesToMinimum' | 'falsyIsNotGiven'>,
): Option<number | undefined> {
  const whole = integerSchema({ ...rule, default: rule.minimum }).optional();
  const schema = unlessNotGiven(whole, (value) => isFalsy(value) && value !== 0);
  return { ...rule, schema: () => schema, type: 'integer' };
}

/** One of a few words, the first of which is the default. */
export function choice<const Word extends string>(
  words: readonly [Word, ...Word[]],
  texts: Advice & { description: string },
): Option<Word> {
  const schema = unlessNotGiven(z.enum(words).default(words[0] as never) as unknown as z.ZodType<Word>);
  const type = words.map((word) => `\`'${word}'\``).join(', ');
  return { schema: () => schema, type, default: `\`'${words[0]}'\``, ...texts };
}

/** true or false, false by default. */
export function flag(texts: Advice & { description: string }): Option<boolean> {
  const schema = unlessNotGiven(z.boolean().default(false));
  return { schema: () => schema, type: 'true or false', default: 'false', ...texts };
}
