// @ts-nocheck
import { execFileSync } from 'node:child_process';
import { chownSync, closeSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { announced, type Say, saysNothing } from './announce.js';
import { binariesFor, type RunAs, userToRunAs } from './embedded-binaries.js';
import { freePort } from './free-port.js';
import type { PostgresOptions } from './postgres-server.js';
import { settingArguments } from './server-settings.js';
import { type TrackedProcess, track } from './tracked-process.js';
import { watchOver } from './watchdog.js';

const START_TIMEOUT_MS = 60_000;
/** A port taken in between; what was killed has not let go of its shared memory: both pass. */
const PORT_TAKEN = /could not (bind|create any TCP)/;
const STILL_DYING = /pre-existing shared memory block|lock file "postmaster.pid" already exists/;

/** One data folder and the server that runs on it. */
export class EmbeddedCluster implements AsyncDisposable {
  port = 0;
  readonly #runAs: RunAs = userToRunAs();
  readonly #folder = mkdtempSync(join(tmpdir(), 'slate-postgres-'));
  readonly #data = join(this.#folder, 'data');
  readonly #log = join(this.#folder, 'log');
  readonly #watchdog = watchOver(this.#folder);
  readonly #options: PostgresOptions;
  #bin = '';
  #server: TrackedProcess | undefined;

  private constructor(options: PostgresOptions) {
    this.#options = options;
  }

  static async create(password: string, options: PostgresOptions): Promise<EmbeddedCluster> {
    const cluster = new EmbeddedCluster(options);
    const say: Say = options.say ?? saysNothing;
    try {
      await announced(say, 'Making a data folder (initdb)', () => cluster.#initialise(password));
      await announced(say, 'Starting PostgreSQL', () => cluster.#startOnFreePort());
      return cluster;
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
  }

  get pid(): number | undefined {
    return this.#server === undefined || this.#server.ended ? undefined : this.#server.pid;
  }

  async end(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void> {
    await this.#server?.end(signal);
  }

  async start(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      const failure = await this.#launch();
      if (failure === undefined) return;
      if (!STILL_DYING.test(failure) || Date.now() > deadline) throw new Error(failure);
      await sleep(50);
    }
  }

  /** A server on a physical copy of the data, as of a snapshot; this one is stopped while it is made. Dispose of it first. */
  copy(): Promise<EmbeddedCluster> {
    return this.#copyWith({}, () => {});
  }

  /** A hot standby of this server, which is stopped while the standby is made. Dispose of the standby first. */
  standby(password: string): Promise<EmbeddedCluster> {
    const primary = `host=127.0.0.1 port=${this.port} user=postgres password=${password}`;
    return this.#copyWith({ primary_conninfo: primary }, (copy) => {
      copy.#write(join(copy.#data, 'standby.signal'), '');
    });
  }

  async #copyWith(
    settings: Readonly<Record<string, string>>,
    prepare: (copy: EmbeddedCluster) => void,
  ): Promise<EmbeddedCluster> {
    const options = { ...this.#options, settings: { ...this.#options.settings, ...settings } };
    const copy = new EmbeddedCluster(options);
    copy.#giveTo(copy.#folder);
    copy.#bin = this.#bin;
    await this.end('SIGINT');
    execFileSync('cp', ['-a', this.#data, copy.#data]);
    prepare(copy);
    await this.start();
    await copy.#startOnFreePort();
    return copy;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watchdog[Symbol.asyncDispose]();
  }

  async #initialise(password: string): Promise<void> {
    this.#giveTo(this.#folder);
    this.#bin = await binariesFor(this.#runAs, join(this.#folder, 'native'));
    const passwordFile = join(this.#folder, 'password');
    this.#write(passwordFile, password);
    const args = ['-D', this.#data, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    const initdb = await this.#run('initdb', [...args, '--encoding=UTF8', '--no-locale', '--no-sync']);
    if ((await initdb.exit()) !== 0) throw new Error(`initdb failed:\n${this.#lastLogLines()}`);
    for (const [name, text] of Object.entries(this.#options.files ?? {}))
      this.#write(join(this.#data, name), text);
  }

  async #startOnFreePort(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      this.port = await freePort();
      const failure = await this.#launch();
      if (failure === undefined) return;
      if (!PORT_TAKEN.test(failure) || attempt === 5) throw new Error(failure);
    }
  }

  /** Returns what went wrong, if anything did. */
  async #launch(): Promise<string | undefined> {
    if (this.pid !== undefined) return undefined;
    const binding = { listen_addresses: '127.0.0.1', port: String(this.port), unix_socket_directories: '' };
    this.#write(this.#log, '');
    const args = ['-D', this.#data, ...settingArguments(this.#options, binding)];
    this.#server = await this.#run('postgres', args);
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!this.#server.ended && Date.now() < deadline) {
      if (this.#isReady(this.#server.pid)) return undefined;
      await sleep(20);
    }
    await this.end('SIGKILL');
    return `PostgreSQL did not start on port ${this.port}:\n${this.#lastLogLines()}`;
  }

  /** The server tells in the eighth line of its lock file; after a kill the file is there with the old id. */
  #isReady(pid: number): boolean {
    const lines = readOrEmpty(join(this.#data, 'postmaster.pid')).split('\n');
    return lines[0] === String(pid) && lines[7]?.trim() === 'ready';
  }

  async #run(program: string, args: string[]): Promise<TrackedProcess> {
    const log = openSync(this.#log, 'a');
    const env = { ...process.env, LC_ALL: 'C' };
    try {
      const options = { ...this.#runAs, cwd: this.#folder, env };
      return await track(this.#folder, join(this.#bin, program), args, {
        ...options,
        stdio: ['ignore', log, log],
      });
    } finally {
      closeSync(log);
    }
  }

  #write(path: string, text: string): void {
    writeFileSync(path, text, { mode: 0o600 });
    this.#giveTo(path);
  }

  #giveTo(path: string): void {
    if ('uid' in this.#runAs) chownSync(path, this.#runAs['uid'] as number, this.#runAs['gid'] as number);
  }

  #lastLogLines(): string {
    return readOrEmpty(this.#log).trimEnd().split('\n').slice(-15).join('\n');
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
