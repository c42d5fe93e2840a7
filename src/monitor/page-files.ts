import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A file of the status page, as it is sent. */
export interface PageFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

/**
 * What the page may load: its own files. Nothing inline and nothing of another host. No text may become HTML,
 * and no other page may show this one in a frame.
 */
export const PAGE_POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'"],
  connectSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
  requireTrustedTypesFor: ["'script'"],
  trustedTypes: ["'none'"],
};

const SCRIPTS = [
  'announcer',
  'chart',
  'condition',
  'details',
  'dom',
  'head',
  'order',
  'page',
  'past',
  'row',
  'stream',
  'table',
  'words',
] as const;

const HTML = 'text/html; charset=utf-8';
const CSS = 'text/css; charset=utf-8';
const JAVASCRIPT = 'text/javascript; charset=utf-8';

/** Every path of the page with its file. Any other path is not a file of the page. */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  return new Map<string, PageFile>([
    ['/', read('#page/index.html', HTML)],
    ['/page/page.css', read('#page/page.css', CSS)],
    ['/page/icon.svg', read('#page/icon.svg', 'image/svg+xml')],
    ['/page/uPlot.min.css', read('uplot/dist/uPlot.min.css', CSS)],
    ['/page/uPlot.iife.min.js', read('uplot/dist/uPlot.iife.min.js', JAVASCRIPT)],
    ...SCRIPTS.map((name) => script(name)),
  ]);
}

function script(name: string): [string, PageFile] {
  return [`/page/${name}.js`, read(`#page/${name}.js`, JAVASCRIPT)];
}

function read(specifier: string, contentType: string): PageFile {
  return {
    body: Uint8Array.from(readFileSync(createRequire(import.meta.url).resolve(specifier))),
    contentType,
  };
}
