import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toMarkdown } from './markdown.js';
import type { ProfileResult } from './result.js';

/** Writes `<profile>.json`, then `results.md` from all the profiles in the folder, also of earlier runs. */
export async function writeReport(folder: string, result: ProfileResult): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${result.profile}.json`), `${JSON.stringify(result, null, 1)}\n`);
  const results = await readResults(folder);
  await writeFile(join(folder, 'results.md'), toMarkdown(results));
}

async function readResults(folder: string): Promise<ProfileResult[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.map((text) => JSON.parse(text) as ProfileResult);
}
