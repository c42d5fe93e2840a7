import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import type { TestContext } from 'vitest';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where Chromium is; `SLATE_CHROMIUM` names another place. */
const executablePath = [process.env['SLATE_CHROMIUM'] ?? '', ...PLACES].find((path) => existsSync(path));

/** For tests that look at the page. */
export function needsChromium({ skip }: TestContext): void {
  skip(executablePath === undefined, 'Chromium is not installed.');
}

/** Starts Chromium; undefined where there is none. Root has no sandbox. */
export async function startChromium(): Promise<Browser | undefined> {
  if (executablePath === undefined) return undefined;
  return chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
}
