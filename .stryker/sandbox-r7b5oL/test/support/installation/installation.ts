// @ts-nocheck
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReplicatorConfig } from '../../../src/config/replicator-config.js';
import type { Connection } from '../../../src/pg/connection.js';
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import { type CommandResult, RunningCommand } from '../commands/command.js';
import { append, digest, type Events } from '../databases/events-table.js';
import { connectTo, createDestination, createSource, dropDatabase } from '../postgres/databases.js';
import type { DatabaseServer } from '../postgres/postgres-server.js';
import { sharedServer } from '../postgres/shared-server.js';
import { until } from '../until.js';
import { RunningReplicator } from './running-replicator.js';

export interface InstallationOptions {
  /** How many; default 1. */
  readonly destinations?: number;
  /** Where the source lives; default: the server that all tests share. */
  readonly sourceServer?: DatabaseServer;
  /** Where the destinations live, the first on the first and so on, again from the start when there are more. */
  readonly destinationServers?: readonly DatabaseServer[];
}

/** How a command is started. */
export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Keys of the configuration file that differ from this installation's; undefined takes one away. */
  readonly config?: Readonly<Record<string, unknown>>;
}

export type StartOptions = Partial<ReplicatorConfig> & {
  readonly once?: boolean;
  readonly standby?: boolean;
};

/** A fresh source and fresh destinations, and what a test does with them. */
export async function createInstallation(options: InstallationOptions = {}): Promise<Installation> {
  const servers = options.destinationServers ?? [sharedServer()];
  const source = await createSource(options.sourceServer ?? sharedServer());
  const creating = Array.from({ length: options.destinations ?? 1 }, (_, n) =>
    createDestination(servers[n % servers.length] ?? sharedServer()),
  );
  return new Installation(source, await Promise.all(creating));
}

/** Disposing of it drops the databases; it fails when a session of somebody is still open in one of them. */
export class Installation implements AsyncDisposable {
  readonly source: ConnectionParams;
  readonly destinations: readonly ConnectionParams[];
  readonly #folder = mkdtempSync(join(tmpdir(), 'slate-test-'));
  readonly #sessions = new Map<string, Promise<Connection>>();
  #files = 0;

  constructor(source: ConnectionParams, destinations: readonly ConnectionParams[]) {
    this.source = source;
    this.destinations = destinations;
  }

  /** One of the destinations, by its place. */
  destination(index = 0): ConnectionParams {
    const params = this.destinations[index];
    if (params === undefined) throw new Error(`there is no destination ${index}`);
    return params;
  }

  /** What a configuration file for this installation comes to. */
  config(overrides: Partial<ReplicatorConfig> = {}): ReplicatorConfig {
    return {
      eventSource: this.source,
      replicationDestinations: this.destinations,
      maxEventsPerWrite: 10_000,
      connectTimeoutMs: 15_000,
      logIntervalMs: 10_000,
      pollIntervalMs: 30_000,
      standbyPollIntervalMs: 1_000,
      heartbeatIntervalMs: 4_000,
      onError: 'exit',
      lanes: 2,
      threads: 1,
      memoryBudgetBytes: 64 * 1024 * 1024,
      synchronousCommit: 'off',
      deferIndexes: false,
      warnings: [],
      ...overrides,
    };
  }

  /** Appends events to the source, all in one transaction. @returns the last id. */
  async append(events: Events): Promise<bigint> {
    return append(await this.session(this.source), events);
  }

  /** Runs SQL in one of the databases, on a session of the test's own. */
  async query<Row>(params: ConnectionParams, sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.session(params)).query<Row>(sql, values);
  }

  /** The test's own session in one of the databases; a new one when the server was killed meanwhile. */
  async session(params: ConnectionParams): Promise<Connection> {
    const key = `${params.host}:${params.port}/${params.databaseName}`;
    const known = await this.#sessions.get(key);
    if (known !== undefined && !known.lost.aborted) return known;
    const opening = connectTo(params);
    this.#sessions.set(key, opening);
    return opening;
  }

  /** How many events a database holds. */
  async count(params: ConnectionParams): Promise<number> {
    const [row] = await this.query<{ count: bigint }>(params, 'SELECT count(*) AS count FROM public.events');
    return Number(row?.count ?? -1n);
  }

  /** What a database holds, to the byte. */
  async digest(params: ConnectionParams): Promise<string> {
    return digest(await this.session(params));
  }

  /** Starts a replicator in this process. */
  start({ once, standby, ...overrides }: StartOptions = {}): RunningReplicator {
    return new RunningReplicator(this.config(overrides), { once: once ?? false, standby: standby ?? false });
  }

  /** Copies everything that is missing now. @throws what made it fail. */
  async copyOnce(overrides: StartOptions = {}): Promise<void> {
    await using replicator = this.start({ ...overrides, once: true });
    await replicator.ended();
  }

  /** Waits until destinations hold this event. */
  async untilCopied(
    id: bigint,
    destinations: readonly ConnectionParams[] = this.destinations,
  ): Promise<void> {
    for (const destination of destinations) {
      await until(`event ${id} was in ${destination.databaseName}`, async () => {
        const found = await this.query(destination, 'SELECT FROM public.events WHERE id = $1::bigint', [id]);
        return found.length === 1;
      });
    }
  }

  /** Waits until destinations equal the source, to the byte. */
  async untilEqual(destinations: readonly ConnectionParams[] = this.destinations): Promise<void> {
    const isSame = async (ask: (params: ConnectionParams) => Promise<unknown>) => {
      const answers = await Promise.all([this.source, ...destinations].map(ask));
      return new Set(answers).size === 1;
    };
    await until('the destinations had as many events as the source', () =>
      isSame((params) => this.count(params)),
    );
    await until('the destinations were equal to the source', () => isSame((params) => this.digest(params)));
  }

  /** Starts `slate-replicator` in a process of its own, with a configuration file for this installation. */
  startCommand(args: readonly string[] = [], { config = {}, env = {} }: CommandOptions = {}): RunningCommand {
    return new RunningCommand('slate-replicator', ['-c', this.writeConfig(config), ...args], env);
  }

  /** Runs `slate-replicator` to its end. */
  async runCommand(args: readonly string[] = [], options: CommandOptions = {}): Promise<CommandResult> {
    await using command = this.startCommand(args, options);
    return await command.ended();
  }

  /** Writes a configuration file. @returns its path. */
  writeConfig(overrides: Readonly<Record<string, unknown>> = {}): string {
    const config = {
      eventSource: this.source,
      replicationDestinations: this.destinations,
      threads: 1,
      ...overrides,
    };
    return this.writeFile(`config-${this.#files++}.json`, JSON.stringify(config));
  }

  /** Writes a file that goes away with the installation. @returns its path. */
  writeFile(name: string, text: string): string {
    const file = join(this.#folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  }

  /** The sessions that somebody other than the test holds in the databases. */
  async foreignSessions(): Promise<string[]> {
    const left: string[] = [];
    for (const params of [this.source, ...this.destinations]) {
      const rows = await this.query<{ name: string }>(
        params,
        `SELECT application_name AS name FROM pg_stat_activity WHERE datname = current_database()
            AND backend_type = 'client backend' AND pid <> pg_backend_pid()`,
      );
      left.push(...rows.map(({ name }) => `${params.databaseName}: ${name}`));
    }
    return left;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#folder, { recursive: true });
    let left: string[] = [];
    const describe = () => left.join('; ');
    try {
      await until(
        'all sessions were closed',
        async () => {
          left = await this.foreignSessions();
          return left.length === 0;
        },
        describe,
      );
    } finally {
      for (const session of this.#sessions.values()) await (await session)[Symbol.asyncDispose]();
    }
    await Promise.all([this.source, ...this.destinations].map(dropDatabase));
  }
}
