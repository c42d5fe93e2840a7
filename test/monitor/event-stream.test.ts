import { expect, test } from 'vitest';
import { EventStream, MOST_VIEWERS } from '../../src/monitor/http/event-stream.js';
import { Monitor } from '../../src/monitor/monitor.js';
import { until } from '../support/until.js';

/** A stream that counts the texts it made, and a change for it. */
function streamOf(monitor: Monitor) {
  let made = 0;
  const stream = new EventStream(monitor, () => `{"n":${made++}}`);
  const change = () => monitor.hear('caught up', { destination: 'd' });
  return { stream, change, made: () => made };
}

const RULE = { stallSeconds: 300, stallEvents: 1_000 };

async function read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  return Buffer.from((await reader.read()).value ?? []).toString();
}

test('a viewer that does not read holds back nobody, and misses what it has no room for', async () => {
  using monitor = new Monitor(RULE);
  const { stream, change, made } = streamOf(monitor);
  using _ends = stream;
  const [slow, quick] = [stream.open().getReader(), stream.open().getReader()];
  const seen: string[] = [];
  for (let n = 0; n < 6; n++) {
    const next = read(quick);
    change();
    seen.push(await next);
  }
  expect(seen).toHaveLength(6);
  expect(made()).toBeGreaterThanOrEqual(6);
  expect(await read(slow)).toBe('event: status\ndata: {"n":0}\n\n');
  const next = read(slow);
  change();
  expect(await next).toBe(`event: status\ndata: {"n":${made() - 1}}\n\n`);
});

test('changes that come together are told once', async () => {
  using monitor = new Monitor(RULE);
  const { stream, change, made } = streamOf(monitor);
  using _ends = stream;
  const reader = stream.open().getReader();
  await read(reader);
  for (let n = 0; n < 100; n++) change();
  await read(reader);
  for (let n = 0; n < 100; n++) change();
  await read(reader);
  expect(made()).toBe(3);
});

test('without a viewer no text is made, and a viewer that leaves makes room', async () => {
  using monitor = new Monitor(RULE);
  const { stream, change, made } = streamOf(monitor);
  using _ends = stream;
  change();
  const streams = Array.from({ length: MOST_VIEWERS }, () => stream.open());
  expect(made()).toBe(MOST_VIEWERS);
  expect(stream.isFull).toBe(true);
  await streams[0]?.cancel();
  expect(stream.isFull).toBe(false);
});

test('the end of a server ends its streams', async () => {
  using monitor = new Monitor(RULE);
  const { stream } = streamOf(monitor);
  const reader = stream.open().getReader();
  await read(reader);
  stream[Symbol.dispose]();
  await until('the stream had ended', async () => (await reader.read()).done);
});
