// @ts-nocheck
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { ConfigurationError } from '../common/operator-error.js';
import { isUrl } from './parse-host.js';

/**
 * Finds the configuration file that `name` means: the file itself, or what Node's `require` finds, as in
 * version 0.1.4. That is `name.js` or `name.json`, or in a folder the `main` of its package.json, `index.js`
 * or `index.json`.
 * @returns the path of the file. If there is none, the path of `name`: reading it will fail.
 * @throws ConfigurationError if `name` is a URL, or a folder without a configuration.
 */
export function findConfigFile(name: string): string {
  if (isUrl(name)) throw new ConfigurationError('The configuration must be a file, not a URL.');
  const path = resolve(name);
  // A file that exists keeps its name. `require` would follow symbolic links, of which mounted configurations
  // consist.
  const kind = kindOf(path);
  if (kind === 'file') return path;
  try {
    return createRequire(path).resolve(path);
  } catch (error) {
    if (kind !== 'folder') return path;
    throw new ConfigurationError(`Folder ${path} holds no configuration.`, {
      hint: 'It must hold index.js, index.json, or a package.json whose main names the configuration file.',
      cause: error,
    });
  }
}

function kindOf(path: string): 'file' | 'folder' | 'neither' {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch {
    return 'neither';
  }
}
