// @ts-nocheck
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PROFILES } from '../profiles/all.js';
import { toHtml } from './html.js';
import { toMarkdown } from './markdown.js';
import type { ProfileResult } from './result.js';

/** Writes `<profile>.json`, then `results.md` and `index.html` from all the profiles in the folder, also of earlier runs. */
export async function writeReport(folder: string, result: ProfileResult): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${result.profile}.json`), `${JSON.stringify(result, null, 1)}\n`);
  const results = await readResults(folder);
  await writeFile(join(folder, 'results.md'), toMarkdown(results));
  await writeFile(join(folder, 'index.html'), toHtml(results, await readChartLibrary()));
}

/** In the order in which profiles run. */
async function readResults(folder: string): Promise<ProfileResult[]> {
  const there = new Set(await readdir(folder));
  const files = PROFILES.map(({ name }) => `${name}.json`).filter((file) => there.has(file));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.map((text) => JSON.parse(text) as ProfileResult);
}

function readChartLibrary(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('chart.js');
  return readFile(join(dirname(entry), 'chart.umd.min.js'), 'utf8');
}
