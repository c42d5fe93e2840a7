import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const { cache } = createRequire(import.meta.url);

/** How often each script was read. */
const reads = new Map<string, number>();

/**
 * Address under which Node runs a script anew, although it has run it before. Scripts that it has loaded with
 * `require` are run anew too, except those of packages; scripts that it has loaded with `import` are not.
 */
export function addressToRead(path: string): string {
  const before = reads.get(path) ?? 0;
  reads.set(path, before + 1);
  forget(realpathSync(path));
  const { href } = pathToFileURL(path);
  return before === 0 ? href : `${href}?read=${before + 1}`;
}

/**
 * Makes Node forget a CommonJS module and those that it has loaded.
 * @param path without symbolic links, of which mounted configurations consist.
 */
function forget(path: string): void {
  const known = cache[path];
  if (known === undefined || /[\\/]node_modules[\\/]/.test(path)) return;
  delete cache[path];
  for (const { filename } of known.children) forget(filename);
}
