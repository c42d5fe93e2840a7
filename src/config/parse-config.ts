import { dirname } from 'node:path';
import { z } from 'zod';
import { ConfigurationError } from '../common/operator-error.js';
import { exposureWarnings } from '../common/secret-files.js';
import { describeIssue } from './describe-issue.js';
import type { RawConfig } from './load-file.js';
import type { Option } from './option.js';
import { OPTIONS, type OptionName, type OptionValue } from './options.js';
import { keepPasswordFunctions } from './password-functions.js';
import { noteFilesWithPasswords, registerNamesAndSecrets } from './register-secrets.js';
import { repeatedDatabases, repeatedNames } from './repeated-databases.js';
import { unknownKeys } from './unknown-keys.js';

type OptionValues<Name extends OptionName> = { readonly [Key in Name]: OptionValue<Key> };

export interface ParsedConfig<Name extends OptionName> {
  readonly values: OptionValues<Name>;
  /** Which keys are ignored, what was put right, and which files with secrets others may read. */
  readonly warnings: readonly string[];
}

/**
 * Reads the given keys from the export of a configuration file. Ignores keys of other commands.
 * @param file path of the configuration file.
 * @throws ConfigurationError that lists every mistake.
 */
export function parseConfig<Name extends OptionName>(
  file: string,
  raw: RawConfig,
  names: readonly Name[],
): ParsedConfig<Name> {
  registerNamesAndSecrets(raw);
  const result = schemaOf(names, dirname(file)).safeParse(raw);
  const unknown = unknownKeys(raw, names);
  const mistakes = [
    ...(result.error?.issues ?? []).flatMap((issue) => describeIssue(issue, raw)),
    ...unknown.slips,
    ...repeatedDatabases(raw, names),
    ...repeatedNames(raw, names),
  ];
  const { data } = result;
  if (data === undefined || mistakes.length > 0) throw invalid(file, [...mistakes, ...unknown.alike]);
  const values = Object.fromEntries(names.map((name) => [name, data[name]])) as OptionValues<Name>;
  keepPasswordFunctions(values);
  noteFilesWithPasswords(file, raw);
  const raised = names.flatMap((name) => warning(name, raw));
  return { values, warnings: [...unknown.alike, ...unknown.others, ...raised, ...exposureWarnings()] };
}

function schemaOf(names: readonly OptionName[], folder: string) {
  const read = names.map((name) => [name, OPTIONS[name].schema(folder)] as const);
  return z.object(Object.fromEntries<z.ZodType>(read));
}

function invalid(file: string, mistakes: readonly string[]): ConfigurationError {
  const lines = mistakes.map((mistake) => `\n  ${mistake}`).join('');
  return new ConfigurationError(`Configuration file ${file} is not valid:${lines}`);
}

/** Of a valid configuration: a number below the minimum was raised; 0 and NaN count as not given. */
function warning(name: OptionName, raw: RawConfig): string[] {
  const { minimum = 0 }: Option<unknown> = OPTIONS[name];
  const value = raw[name];
  if (typeof value !== 'number' || value === 0 || !(value < minimum)) return [];
  return [`${name}: ${value} is below the minimum and was raised to ${minimum}`];
}
