import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const { cache } = createRequire(import.meta.url);

/** Scripts that Node has run as CommonJS. Their paths are those without symbolic links. */
const commonJs = new Set<string>();
/** How often each ES module was read. */
const reads = new Map<string, number>();

/**
 * Runs a script although Node has run it before. Scripts that it loads with `require` are run anew too,
 * except those of packages; scripts that it loads with `import` are not.
 */
export async function runAnew(path: string): Promise<unknown> {
  const real = realpathSync(path);
  if (cache[real] !== undefined) commonJs.add(real);
  if (commonJs.has(real)) {
    forget(real);
    // An import would not see what a module hands on from another one.
    return createRequire(real)(real);
  }
  const module: { default?: unknown } = await import(addressOf(path));
  return module.default;
}

/** An address under which Node does not know the module yet. */
function addressOf(path: string): string {
  const before = reads.get(path) ?? 0;
  reads.set(path, before + 1);
  const { href } = pathToFileURL(path);
  return before === 0 ? href : `${href}?read=${before + 1}`;
}

/** Makes Node forget a CommonJS module and those that it has loaded. */
function forget(path: string): void {
  const known = cache[path];
  if (known === undefined || /[\\/]node_modules[\\/]/.test(path)) return;
  delete cache[path];
  for (const { filename } of known.children) forget(filename);
}
