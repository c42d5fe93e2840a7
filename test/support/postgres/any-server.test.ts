import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Tests that are about addresses. */
const ABOUT_ADDRESSES = [
  'tls.pg.test.ts',
  'restore-events.pg.test.ts',
  'session-limits.pg.test.ts',
  'http.pg.test.ts',
];

const withDatabase = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.pg.test.ts') && !ABOUT_ADDRESSES.some((name) => file.endsWith(name)),
);

test.each(withDatabase)(
  '%s works with a server of any address: placeOf tells what messages say of it',
  (file) => {
    expect(readFileSync(join('test', file), 'utf8')).not.toMatch(/127(\\?\.\d){3}|['"`]localhost/);
  },
);
