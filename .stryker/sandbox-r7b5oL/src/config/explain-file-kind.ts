// @ts-nocheck
import { extname } from 'node:path';
import { ConfigurationError } from '../common/operator-error.js';

const SCRIPTS_AND_DATA = '.js, .cjs, .mjs or .json';
/** https://nodejs.org/api/typescript.html: since then Node runs TypeScript by removing its types. */
const FIRST_NODE_WITH_TYPESCRIPT = '22.18';

/** Data formats that are no JavaScript. To run such a file would end in a misleading error. */
const DATA_FORMATS = ['.yaml', '.yml', '.toml', '.ini', '.jsonc', '.json5', '.xml', '.env', '.properties'];

/** @throws ConfigurationError if the file's name says that it is no script and no JSON. */
export function refuseDataFormat(path: string): void {
  if (DATA_FORMATS.includes(extname(path).toLowerCase())) throw unknownKindError(path, path);
}

/** Explains that this Node does not load files of this kind; undefined if the error has another reason. */
export function explainFileKind(error: unknown, path: string): ConfigurationError | undefined {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
    const [problem] = message.split('\n');
    return new ConfigurationError(
      `Configuration file ${path} uses TypeScript syntax that Node cannot run: ${problem}.`,
      {
        hint: `Write it without enum, namespace and parameter properties, or as ${SCRIPTS_AND_DATA}.`,
      },
    );
  }
  if (code !== 'ERR_UNKNOWN_FILE_EXTENSION') return undefined;
  const [, extension = '', file = path] = /extension "(.*?)" for (.*)/.exec(message) ?? [];
  return /^\.[cm]?ts$/.test(extension) ? typeScriptError(file, path) : unknownKindError(file, path);
}

function typeScriptError(file: string, path: string): ConfigurationError {
  const what = file === path ? 'is TypeScript' : `loads ${file}, which is TypeScript`;
  return new ConfigurationError(
    `Configuration file ${path} ${what}. Node ${process.versions.node} does not run TypeScript.`,
    { hint: `Use Node ${FIRST_NODE_WITH_TYPESCRIPT} or later, or write the file as ${SCRIPTS_AND_DATA}.` },
  );
}

function unknownKindError(file: string, path: string): ConfigurationError {
  const what = file === path ? 'has a file type' : `loads ${file}, which has a file type`;
  return new ConfigurationError(`Configuration file ${path} ${what} that Node cannot load.`, {
    hint: `Write it as ${SCRIPTS_AND_DATA}, or with Node ${FIRST_NODE_WITH_TYPESCRIPT} or later as .ts.`,
  });
}
