/** Tests of commands and worker threads run what was built, not the sources: an old build would be tested without a word. */
// @ts-nocheck

import { readdirSync, statSync } from 'node:fs';
import type { TestProject } from 'vitest/node';

/** Folders whose files are built into `dist`. */
const BUILT = ['bin', 'src', 'workers'];

/** @throws when a source was changed after it was built. */
export default function setup(project: TestProject): void {
  refuseStaleBuild('.');
  project.onTestsRerun(() => refuseStaleBuild('.'));
}

/**
 * @param root of the project.
 * @throws Error naming the first source that is newer than what was built of it.
 */
export function refuseStaleBuild(root: string): void {
  const stale = BUILT.flatMap((folder) => sourcesIn(root, folder)).find((file) => !isBuilt(root, file));
  if (stale === undefined) return;
  throw new Error(`${stale} was changed after it was built. Run \`npm run build\` first, or \`npm test\`.`);
}

function sourcesIn(root: string, folder: string): string[] {
  return readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`);
}

function isBuilt(root: string, file: string): boolean {
  const built = statSync(`${root}/dist/${file.replace(/ts$/, 'js')}`, { throwIfNoEntry: false });
  return built !== undefined && built.mtimeMs >= statSync(`${root}/${file}`).mtimeMs;
}
