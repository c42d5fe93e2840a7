import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readPageFiles } from '../../src/monitor/page-files.js';

const files = readPageFiles();

/** What a file of the page asks the server for. */
function askedFor(text: string): string[] {
  const fromHtml = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => `/${path}`);
  const fromScript = [...text.matchAll(/from '\.\/([^']+)'/g)].map(([, path]) => `/page/${path}`);
  return [...fromHtml, ...fromScript];
}

it('everything that the page asks for is served, and nothing else', () => {
  const asked = [...files].flatMap(([path, { body }]) =>
    path.includes('uPlot') ? [] : askedFor(Buffer.from(body).toString('utf8')),
  );
  expect([...new Set(['/', ...asked])].sort()).toEqual([...files.keys()].sort());
});

it('no file of the page holds a style or a script inline, or the name of another host', () => {
  const own = readdirSync('src/monitor/page').map((file) => readFileSync(`src/monitor/page/${file}`, 'utf8'));
  const forbidden = /<style|style="|<script(?![^>]*src=)|\son\w+="|https?:\/\/(?!www\.w3\.org)|innerHTML/;
  expect(own.filter((text) => forbidden.test(text))).toEqual([]);
});
