// @ts-nocheck
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageVersion } from '../../src/cli/version.js';
import { type CommandResult, RunningCommand } from '../support/commands/command.js';

const PASSWORD = `pa"ss'w/rd%20`;

/** A server that accepts connections and never says a word. */
class SilentServer implements AsyncDisposable {
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((socket) => this.#sockets.add(socket.on('error', () => {})));
  connections = 0;

  static async start(): Promise<SilentServer> {
    const silent = new SilentServer();
    silent.#server.on('connection', () => {
      silent.connections += 1;
    });
    await once(silent.#server.listen(0, '127.0.0.1'), 'listening');
    return silent;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

let folder: string;
let server: SilentServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slate-test-'));
  server = await SilentServer.start();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

let files = 0;

function write(text: string, extension = 'cjs'): string {
  const file = join(folder, `config-${++files}.${extension}`);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

function connection(databaseName: string, more: object = {}) {
  return {
    host: '127.0.0.1',
    port: server.port,
    user: 'somebody',
    password: PASSWORD,
    databaseName,
    ...more,
  };
}

function config(more: object = {}): string {
  const complete = {
    eventSource: connection('events'),
    replicationDestinations: [connection('replica1'), connection('replica2')],
    ...more,
  };
  return write(`module.exports = ${JSON.stringify(complete)}`);
}

async function run(args: readonly string[], env: Record<string, string> = {}): Promise<CommandResult> {
  await using command = new RunningCommand('slate-replicator', args, env);
  return await command.ended();
}

/** Runs it and sees to it that a person is told what is wrong in a message, without a stack trace or a secret. */
async function complaint(
  code: 1 | 2,
  args: readonly string[],
  env?: Record<string, string>,
): Promise<string> {
  const result = await run(args, env);
  expect(result).toMatchObject({ code });
  expect(result.stderr).toMatch(/^slate-replicator: \S/);
  const everything = result.stdout + result.stderr;
  expect(everything).not.toMatch(/^\s+at /m);
  for (const secret of [PASSWORD, JSON.stringify(PASSWORD).slice(1, -1), encodeURIComponent(PASSWORD)]) {
    expect(everything).not.toContain(secret);
  }
  return result.stderr;
}

describe.concurrent('slate-replicator', () => {
  test('--help names every option', async () => {
    const { code, stdout, stderr } = await run(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const option of ['-c, --config-filename <file>', '--dry-run', '--check', '--once', '--standby']) {
      expect(stdout).toContain(option);
    }
  });

  test('--version is that of the package', async () => {
    const { code, stdout } = await run(['--version']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${packageVersion()}\n` });
  });

  test('--dry-run shows the arguments and a valid configuration without its passwords', async () => {
    const configFilename = config({ onError: 'retry' });
    const result = await run(['--dry-run', '--once', '-c', configFilename]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.records).toHaveLength(1);
    expect(result.records[0]).toMatchObject({
      level: 30,
      arguments: { configFilename, once: true },
      config: {
        eventSource: expect.stringContaining(`127.0.0.1:${server.port}/events, user somebody, password ***`),
        onError: 'retry',
        connectTimeout: 15_000,
      },
    });
    expect(result.stdout).not.toContain('pa\\"ss');
  });

  test('a maxEventsPerWrite below the minimum is raised, and the log says so', async () => {
    const result = await run(['--dry-run', '-c', config({ maxEventsPerWrite: 25 })]);
    expect(result.records).toMatchObject([
      { level: 40, problem: expect.stringContaining('maxEventsPerWrite') },
      { level: 30, config: { maxEventsPerWrite: 10_000 } },
    ]);
  });

  test('--dry-run names every mistake of an invalid configuration at once', async () => {
    const file = config({
      maxEventPerWrite: 10_000,
      connectTimeout: 'soon',
      replicationDestinations: [connection('events'), connection('', { password: 7 })],
    });
    const message = await complaint(2, ['--dry-run', '-c', file]);
    for (const mistake of [
      'maxEventPerWrite',
      'maxEventsPerWrite',
      'connectTimeout',
      'replicationDestinations[1]',
    ]) {
      expect(message).toContain(mistake);
    }
    expect(message).toContain('replicationDestinations[0]: is the same database as eventSource');
  });

  const wrong: Record<string, [readonly string[], RegExp]> = {
    'an unknown option': [['-c', 'x', '--chek'], /unknown option '--chek'.*--check/],
    'a left-over argument': [['-c', 'x', 'more'], /too many arguments/],
    'no configuration file': [[], /required option '-c, --config-filename <file>' not specified/],
    'an option without its value': [['-c'], /argument missing/],
    'a file that is not there': [['-c', 'no/such/file.js'], /no\/such\/file\.js.*no such file/],
    'a folder': [['-c', 'src'], /src/],
  };
  test.each(Object.entries(wrong))('ends with 2 and a message for %s', async (_, [args, message]) => {
    expect(await complaint(2, args)).toMatch(message);
  });

  const broken: Record<string, [string, RegExp]> = {
    'that throws': ["throw new Error('the vault is closed')", /the vault is closed/],
    'with a syntax error': ['module.exports = { eventSource: ', /Unexpected end of input|SyntaxError/],
    'that exports nothing': ['', /eventSource/],
    'that exports no object': ['module.exports = 7', /7/],
    'that requires what is not there': ["require('./vault')", /vault/],
  };
  test.each(Object.entries(broken))('ends with 2 and a message for a file %s', async (_, [text, message]) => {
    const file = write(text);
    const stderr = await complaint(2, ['-c', file]);
    expect(stderr).toMatch(message);
    expect(stderr).toContain(file);
  });

  test('ends with 2 and a message for a wrong LOG_LEVEL', async () => {
    expect(await complaint(2, ['-c', config()], { LOG_LEVEL: 'loud' })).toContain('LOG_LEVEL: "loud"');
  });

  test('gives up on a host that does not answer after connectTimeout, with 1', async () => {
    const startedAt = performance.now();
    const message = await complaint(1, ['-c', config({ connectTimeout: 400 })]);
    expect(message).toContain(`127.0.0.1:${server.port}/events as user "somebody"`);
    expect(message).toMatch(/timeout/);
    expect(message).toContain('connectTimeout');
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  test('says that nobody listens on a port, with 1', async () => {
    const closed = await SilentServer.start();
    const { port } = closed;
    await closed[Symbol.asyncDispose]();
    const message = await complaint(1, ['-c', config({ eventSource: connection('events', { port }) })]);
    expect(message).toContain(`127.0.0.1:${port}/events`);
    expect(message).toContain('ECONNREFUSED');
    expect(message).toContain('Check host and port');
  });

  test('says that a host name is unknown, with 1', async () => {
    const eventSource = connection('events', { host: 'no-such-host.invalid' });
    const message = await complaint(1, ['-c', config({ eventSource })]);
    expect(message).toContain('no-such-host.invalid');
    expect(message).toMatch(/Check the host name|could not be looked up/);
  });

  test('shows where an error came from only to those who ask, and no password then either', async () => {
    const { code, stderr, stdout } = await run(['-c', config({ connectTimeout: 200 })], {
      LOG_LEVEL: 'debug',
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^\s+at /m);
    expect(stdout + stderr).not.toMatch(/pa\\?"ss/);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends it with 0 also while it waits for a host that does not answer',
    async (signal) => {
      const silent = await SilentServer.start();
      await using _ = silent;
      const eventSource = connection('events', { port: silent.port });
      await using command = new RunningCommand('slate-replicator', ['-c', config({ eventSource })]);
      await command.log.until('started');
      while (silent.connections === 0) await new Promise((resolve) => setImmediate(resolve));
      const stoppedAt = performance.now();
      command.send(signal);
      expect(await command.ended()).toMatchObject({ code: 0, stderr: '' });
      expect(performance.now() - stoppedAt).toBeLessThan(2_000);
    },
  );
});

test('with --dry-run it connects to nothing', async () => {
  await using silent = await SilentServer.start();
  const eventSource = connection('events', { port: silent.port });
  expect(await run(['--dry-run', '-c', config({ eventSource })])).toMatchObject({ code: 0 });
  expect(silent.connections).toBe(0);
});
