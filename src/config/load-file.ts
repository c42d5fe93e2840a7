import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname } from 'node:path';
import { compileFunction } from 'node:vm';
import { ConfigurationError } from '../common/operator-error.js';
import { readTextFile } from '../common/read-text-file.js';
import { describeValue } from './describe-value.js';
import { explainFileKind, refuseDataFormat } from './explain-file-kind.js';
import { explainThrown, parseJson } from './explain-thrown.js';
import { runAnew } from './read-anew.js';

export type RawConfig = Readonly<Record<string, unknown>>;

/**
 * Loads a configuration file: a script (`.js`, `.cjs`: `module.exports`; `.js`, `.mjs`: `export default`;
 * also `.ts` if Node runs TypeScript) or `.json`. As with `require`, a file without an extension, or with an
 * unknown one, is run as CommonJS.
 * @param path result of `findConfigFile`.
 * @returns the exported object.
 * @throws ConfigurationError if the file cannot be read or run, or exports no object.
 */
export async function loadConfigFile(path: string): Promise<RawConfig> {
  const source = readTextFile(path);
  if ('problem' in source) throw new ConfigurationError(`Configuration file: ${source.problem}`);
  const exported = await evaluate(path, source.text);
  if (isRecord(exported)) return exported;
  // A function whose properties are the configuration.
  if (typeof exported === 'function' && Object.keys(exported).length > 0) return { ...exported };
  throw new ConfigurationError(
    `Configuration file ${path} must export an object, found ${describeValue(exported)}.`,
    {
      hint: 'End it with module.exports = { … } or export default { … }.',
    },
  );
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function evaluate(path: string, source: string): Promise<unknown> {
  refuseDataFormat(path);
  try {
    return extname(path) === '.json' ? parseJson(source) : await runScript(path);
  } catch (error) {
    const failure = `Configuration file ${path} failed: ${explainThrown(error, path)}`;
    throw explainFileKind(error, path) ?? new ConfigurationError(failure);
  }
}

/** What Node loads by itself. A file without an extension is CommonJS or an ES module. */
const SCRIPTS = ['.js', '.cjs', '.mjs', '.ts', '.cts', '.mts', ''];

async function runScript(path: string): Promise<unknown> {
  if (!SCRIPTS.includes(extname(path))) return runAsCommonJs(path);
  try {
    return await runAnew(path);
  } catch (error) {
    if (!isCommonJsInModuleFolder(error)) throw error;
    return runAsCommonJs(path);
  }
}

/**
 * Whether the error comes from CommonJS in a folder whose package.json says `"type": "module"`, such as an
 * old file copied there.
 */
function isCommonJsInModuleFolder(error: unknown): boolean {
  return error instanceof ReferenceError && error.message.includes('is not defined in ES module scope');
}

function runAsCommonJs(path: string): unknown {
  const names = ['module', 'exports', 'require', '__filename', '__dirname'];
  const source = readFileSync(path, 'utf8').replace(/^\uFEFF?(?:#!.*)?/, '');
  const run = compileFunction(source, names, { filename: path });
  const module = { exports: {} as unknown };
  run(module, module.exports, createRequire(path), path, dirname(path));
  return module.exports;
}
