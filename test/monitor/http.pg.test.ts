/** The HTTP server of a run: what strangers, slow clients and operators may do to it. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MOST_VIEWERS } from '../../src/monitor/http/event-stream.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import type { RunningReplicator } from '../support/installation/running-replicator.js';
import { SERVED, untilFirst } from '../support/installation/served.js';
import { MuteServer } from '../support/network/mute-server.js';
import { dialHttp, sendRaw } from '../support/network/raw-http.js';
import { freePort } from '../support/postgres/free-port.js';
import { until } from '../support/until.js';

describe('requests', () => {
  let all: Installation;
  let replicator: RunningReplicator;
  let url: string;

  beforeAll(async () => {
    all = await createInstallation();
    replicator = all.start({ http: SERVED });
    url = await replicator.url();
    await untilFirst(replicator, 'it was live', ({ state }) => state === 'live');
  });

  afterAll(async () => {
    await replicator.stop();
    await replicator[Symbol.asyncDispose]();
    await all[Symbol.asyncDispose]();
  });

  test.each([
    'nothing',
    'status/',
    '/status',
    '..%2f..%2fetc/passwd',
    'page/../../package.json',
    'page/%2e%2e/x',
  ])('for %s get 404, and what there is', async (path) => {
    const answer = await replicator.get(path);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ paths: expect.arrayContaining(['/status', '/metrics']) });
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    'with %s are refused, and say what is allowed',
    async (method) => {
      const answer = await replicator.get('status', { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toBe('GET, HEAD');
      expect(await answer.json()).toMatchObject({ error: expect.stringContaining('GET and HEAD') });
    },
  );

  test.each(['status', 'metrics', 'events', 'readyz', 'livez', ''])(
    'with HEAD for /%s get no body, and end',
    async (path) => {
      const answer = await replicator.get(path, { method: 'HEAD' });
      expect(answer.status).toBe(200);
      expect(await answer.text()).toBe('');
    },
  );

  test.each([
    ['stranger.example', 421],
    ['localhost.stranger.example', 421],
    ['127.0.0.1.stranger.example:80', 421],
    ['10.0.0.1', 421],
    ['localhost', 200],
    ['LOCALHOST:1234', 200],
    ['127.0.0.1:80', 200],
    ['[::1]:80', 200],
  ])('for the host %s get %i', async (host, status) => {
    for (const path of ['status', 'metrics', 'events', 'history?destination=x', '']) {
      const got = await statusFor(`${url}${path}`, host);
      // No such destination.
      expect(got).toBe(path.startsWith('history') && status === 200 ? 404 : status);
    }
  });

  test('of another origin are not allowed to read', async () => {
    const answer = await replicator.get('status', { headers: { Origin: 'http://stranger.example' } });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('with a huge head are refused', async () => {
    const answer = await sendRaw(
      url,
      `GET /status HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(10_000)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('that are no HTTP are refused', async () => {
    expect(await sendRaw(url, '\x16\x03\x01\x02\x00hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await sendRaw(url, 'GET /status HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('that never end are given up', async () => {
    expect(await sendRaw(url, 'GET /status HTTP/1.1\r\nHost: localhost\r\nX: ')).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('for the past of a destination get it, or hear that there is no such destination', async () => {
    const { name } = await untilFirst(replicator, 'it was measured', ({ lagEvents }) => lagEvents === 0);
    const past = await replicator.get(`history?destination=${encodeURIComponent(name)}`);
    const { lagEvents, ...rest } = (await past.json()) as { lagEvents: number[] };
    expect(rest).toMatchObject({
      stepSeconds: 1,
      from: expect.stringMatching(/Z$/),
      eventsPerSecond: expect.any(Array),
    });
    expect(lagEvents.at(-1)).toBe(0);
    for (const path of ['history', 'history?destination=nobody'])
      expect((await replicator.get(path)).status).toBe(404);
  });

  test('for events get the state at once, and again at each change and each second', async () => {
    const reader = await openEvents(url);
    const first = await reader.next();
    expect(first).toMatchObject({ destinations: [{ state: 'live', events: 0 }] });
    await all.append(3);
    await until('the change was told', async () => {
      const { destinations } = (await reader.next()) as { destinations: { events: number }[] };
      return destinations[0]?.events === 3;
    });
    await reader.close();
  });

  test('of too many viewers are refused until one of them leaves', async () => {
    const viewers = await Promise.all(Array.from({ length: MOST_VIEWERS }, () => openEvents(url)));
    const refused = await replicator.get('events');
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ error: expect.stringContaining('Too many viewers') });
    await viewers[0]?.close();
    await until('another one was let in', async () => {
      const answer = await replicator.get('events');
      await answer.body?.cancel();
      return answer.status === 200;
    });
    await Promise.all(viewers.map((viewer) => viewer.close()));
  });
});

/** Status for a request with this `Host`. */
function statusFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (answer) => {
      resolve(answer.statusCode);
      answer.destroy();
    })
      .on('error', reject)
      .end();
  });
}

/** One viewer of `/events`. */
async function openEvents(url: string) {
  const { body } = await fetch(`${url}events`);
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  let text = '';
  return {
    async next(): Promise<unknown> {
      while (!text.includes('\n\n')) text += Buffer.from((await reader.read()).value ?? []).toString();
      const [event = '', ...rest] = text.split('\n\n');
      text = rest.join('\n\n');
      return JSON.parse(event.replace('event: status\ndata: ', ''));
    },
    close: () => reader.cancel(),
  };
}

test('a port in use ends the start with a sentence, and nothing is connected to', async () => {
  await using all = await createInstallation();
  await using first = all.start({ http: SERVED });
  const port = Number(new URL(await first.url()).port);
  const { code, stderr, records } = await all.runCommand([], { config: { http: { port } } });
  expect(code).toBe(1);
  expect(stderr).toContain(
    `Cannot listen for HTTP at 127.0.0.1, port ${port}: another process listens there.`,
  );
  expect(stderr).toContain('Set http.port to a free port');
  expect(records.map(({ msg }) => msg)).toEqual(['started', 'ended']);
  await first.stop();
});

test.each([
  ['203.0.113.7', 'this machine does not have that address'],
  ['no-such-host.invalid', 'nobody knows that name'],
])('a host that is not of this machine ends the start: %s', async (host, why) => {
  await using all = await createInstallation();
  const { code, stderr } = await all.runCommand([], { config: { http: { port: 0, host } } });
  expect(code).toBe(1);
  expect(stderr).toContain(why);
});

test('whoever listens for other machines is warned, and answers to any name', async () => {
  await using all = await createInstallation();
  await using replicator = all.start({ http: { ...SERVED, host: '0.0.0.0' } });
  await replicator.log.until('status and metrics are served to other machines, without authentication');
  const { port } = new URL(await replicator.url());
  expect(await statusFor(`http://127.0.0.1:${port}/status`, 'replicator.example')).toBe(200);
  await replicator.stop();
});

test.each(['--once', '--check', '--dry-run'])('nothing is served with %s', async (option) => {
  await using all = await createInstallation();
  // To listen there would fail.
  await using taken = await MuteServer.start();
  const { port } = taken.place;
  const { code, records } = await all.runCommand([option], { config: { http: { port } } });
  expect(code).toBe(0);
  expect(records.filter(({ msg }) => msg.startsWith('status and metrics'))).toEqual([]);
});

test('a stop does not wait for viewers, nor for clients that say nothing', async () => {
  await using all = await createInstallation();
  const port = await freePort();
  await using command = all.startCommand([], { config: { http: { port } } });
  const [{ url } = { url: '' }] = await command.log.until('status and metrics are served');
  await command.log.until('caught up');
  const viewer = await openEvents(String(url));
  await viewer.next();
  const silent = await dialHttp(String(url));
  command.send('SIGTERM');
  const { code, stderr } = await command.ended();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  silent.destroy();
});
