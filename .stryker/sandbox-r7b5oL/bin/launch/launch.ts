/**
 * The first file of ours that Node reads. Node 6 and later understand the files of bin/, so that an old Node
 * is reported before it meets syntax that it does not know. Hence CommonJS, ES2015, and no `node:` in the
 * names of modules.
 */
// @ts-nocheck

interface Manifest {
  readonly name: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
}

/** As for wrong arguments: a restart does not help. */
const EXIT_CODE = 2;

/** Runs the command whose launcher is `file`. If Node is too old, says so and ends with 2. */
function launch(file: string): void {
  const manifest = require('../../../package.json') as Manifest;
  const needed = manifest.engines.node.replace('>=', '');
  if (isAtLeast(process.versions.node, needed)) runCommand(file);
  else refuse(commandName(manifest, file), needed);
}

/** Not required at the top: Node 8 and earlier cannot even read an `import()`. */
function runCommand(file: string): void {
  const importCommand = require('./import-command.js') as (fileName: string) => Promise<unknown>;
  void importCommand(baseName(file));
}

function refuse(command: string, needed: string): void {
  const problem = `${command}: Node ${process.versions.node} is too old. This command needs Node ${needed} or later.`;
  const hint = `Install a newer Node (https://nodejs.org), or put it first in PATH. This one is ${process.execPath}.`;
  process.stderr.write(`${problem}\n${hint}\n`);
  process.exitCode = EXIT_CODE;
}

/** Compares `major.minor`. */
function isAtLeast(found: string, needed: string): boolean {
  const difference = part(found, 0) - part(needed, 0) || part(found, 1) - part(needed, 1);
  return difference >= 0;
}

function part(version: string, index: number): number {
  return Number(version.split('.')[index]);
}

function commandName({ bin, name }: Manifest, file: string): string {
  const isOfFile = (command: string) => baseName(bin[command] as string) === baseName(file);
  return Object.keys(bin).find(isOfFile) || name;
}

/** `/a/b/slate-replicator.js` → `slate-replicator.js`. */
function baseName(file: string): string {
  return file.replace(/^.*[\\/]/, '');
}

export = launch;
