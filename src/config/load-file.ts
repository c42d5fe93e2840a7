import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileFunction } from 'node:vm';
import { ConfigurationError } from '../lifecycle/operator-error.js';
import { readTextFile } from '../lifecycle/read-text-file.js';
import { describeValue } from './describe-value.js';
import { explainFileKind } from './explain-file-kind.js';
import { explainThrown, parseJson } from './explain-thrown.js';
import { isUrl } from './parse-host.js';

export type RawConfig = Readonly<Record<string, unknown>>;

/**
 * What a configuration file exports: a script (`.js`, `.cjs`: `module.exports`; `.js`, `.mjs`: `export default`; also `.ts`
 * where Node runs TypeScript) or `.json`.
 * @throws ConfigurationError if it cannot be read or run, or exports no object.
 */
export async function loadConfigFile(file: string): Promise<RawConfig> {
  if (isUrl(file)) throw new ConfigurationError('Configuration file: a file is expected, not a URL.');
  const path = resolve(file);
  const source = readTextFile(path);
  if ('problem' in source) throw new ConfigurationError(`Configuration file: ${source.problem}`);
  const exported = await evaluate(path, source.text);
  if (isRecord(exported)) return exported;
  throw new ConfigurationError(
    `Configuration file ${path} must export an object, found ${describeValue(exported)}`,
    {
      hint: 'End it with module.exports = { … } or export default { … }.',
    },
  );
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function evaluate(path: string, source: string): Promise<unknown> {
  try {
    return extname(path) === '.json' ? parseJson(source) : await runScript(path);
  } catch (error) {
    const failure = `Configuration file ${path} failed: ${explainThrown(error, path)}`;
    throw explainFileKind(error, path) ?? new ConfigurationError(failure);
  }
}

async function runScript(path: string): Promise<unknown> {
  try {
    const module: { default?: unknown } = await import(pathToFileURL(path).href);
    return module.default;
  } catch (error) {
    if (!isCommonJsInModuleFolder(error)) throw error;
    return runAsCommonJs(path);
  }
}

/** `module.exports` in a folder whose package.json says `"type": "module"`: whoever copies an old file there means it. */
function isCommonJsInModuleFolder(error: unknown): boolean {
  return error instanceof ReferenceError && error.message.includes('is not defined in ES module scope');
}

function runAsCommonJs(path: string): unknown {
  const names = ['module', 'exports', 'require', '__filename', '__dirname'];
  const run = compileFunction(readFileSync(path, 'utf8'), names, { filename: path });
  const module = { exports: {} as unknown };
  run(module, module.exports, createRequire(path), path, dirname(path));
  return module.exports;
}
