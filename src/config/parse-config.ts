import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { ConfigurationError } from '../lifecycle/operator-error.js';
import { exposureWarnings } from '../lifecycle/secret-files.js';
import { CONNECTION_FIELDS } from './connection-options.js';
import { describeIssue } from './describe-issue.js';
import type { RawConfig } from './load-file.js';
import type { Option } from './option.js';
import { OPTIONS, type OptionName, type OptionValue } from './options.js';
import { noteFilesWithPasswords, registerNamesAndSecrets } from './register-secrets.js';
import { repeatedDatabases, repeatedNames } from './repeated-databases.js';
import { SSL_FIELDS } from './ssl-options.js';

export type OptionValues<Name extends OptionName> = { readonly [Key in Name]: OptionValue<Key> };

export interface ParsedConfig<Name extends OptionName> {
  readonly values: OptionValues<Name>;
  /** What was put right, and which files with secrets others may read. */
  readonly warnings: readonly string[];
}

/**
 * Reads the given keys out of what a configuration file exports; keys of other commands are let through unread.
 * @throws ConfigurationError that lists every mistake.
 */
export function parseConfig<Name extends OptionName>(
  file: string,
  raw: RawConfig,
  names: readonly Name[],
): ParsedConfig<Name> {
  registerNamesAndSecrets(raw);
  const result = schemaOf(names, dirname(resolve(file))).safeParse(raw);
  const mistakes = [
    ...(result.error?.issues ?? []).flatMap((issue) => describeIssue(issue, raw, knownKeys)),
    ...repeatedDatabases(raw, names),
    ...repeatedNames(raw, names),
  ];
  const { data } = result;
  if (data === undefined || mistakes.length > 0) throw invalid(file, mistakes);
  const values = Object.fromEntries(names.map((name) => [name, data[name]])) as OptionValues<Name>;
  noteFilesWithPasswords(resolve(file), raw);
  return { values, warnings: [...names.flatMap((name) => warning(name, raw)), ...exposureWarnings()] };
}

function schemaOf(names: readonly OptionName[], folder: string) {
  const unread = Object.keys(OPTIONS).map((name) => [name, z.unknown().optional()] as const);
  const read = names.map((name) => [name, OPTIONS[name].schema(folder)] as const);
  return z.strictObject(Object.fromEntries<z.ZodType>([...unread, ...read]));
}

function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return Object.keys(OPTIONS);
  return Object.keys(path.at(-1) === 'ssl' ? SSL_FIELDS : CONNECTION_FIELDS);
}

function invalid(file: string, mistakes: readonly string[]): ConfigurationError {
  const lines = mistakes.map((mistake) => `\n  ${mistake}`).join('');
  return new ConfigurationError(`Configuration file ${resolve(file)} is not valid:${lines}`);
}

function warning(name: OptionName, raw: RawConfig): string[] {
  const { raisesToMinimum, minimum }: Option<unknown> = OPTIONS[name];
  const value = raw[name];
  if (!raisesToMinimum || minimum === undefined || typeof value !== 'number' || value >= minimum) return [];
  return [`${name}: ${value} is below the minimum and was raised to ${minimum}`];
}
