// @ts-nocheck
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Deadline } from '../../src/common/deadline.js';
import { orAborted } from '../../src/common/or-aborted.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const NEVER = new Promise<never>(() => {});

describe('a deadline', () => {
  it('ends what waits for it, whatever is collected meanwhile', async () => {
    using deadline = new Deadline(50, { or: new AbortController().signal });
    const waiting = orAborted(NEVER, deadline.signal);
    const collecting = setInterval(collectGarbage, 5);
    await expect(Promise.race([waiting, sleep(5_000)])).rejects.toThrow('timeout');
    clearInterval(collecting);
  });

  it('follows another signal, also one that is aborted already', () => {
    const other = new AbortController();
    using deadline = new Deadline(60_000, { or: other.signal });
    other.abort(new Error('stopped'));
    using late = new Deadline(60_000, { or: other.signal });
    expect([deadline, late].map(({ signal }) => signal.reason)).toEqual([
      new Error('stopped'),
      new Error('stopped'),
    ]);
  });
});

it('no timeout is joined with other signals by AbortSignal.any, which may lose it', () => {
  const files = ['src', 'workers']
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((file) => `${folder}/${file}`))
    .filter((file) => file.endsWith('.ts'));
  const joined = /AbortSignal\.any\([^)]*AbortSignal\.timeout/s;
  expect(files.filter((file) => joined.test(readFileSync(file, 'utf8')))).toEqual([]);
});
