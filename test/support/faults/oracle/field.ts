import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionParams } from '../../../../src/pg/connection-params.js';
import { type Distance, startDistance } from '../../network/distance.js';
import { FaultProxy } from '../../network/proxy.js';
import { connectTo } from '../../postgres/databases.js';
import type { Ways } from './far.js';
import { HISTORY_SQL } from './history.js';
import { SOURCE } from './schedule.js';
import { createDatabases, dropDatabase, type OracleServer } from './servers.js';
import { TAMPERING_SQL } from './tampering.js';

const READER_PASSWORD = 'reader';

/** What the configuration of `slate-hold` calls a destination. */
export const HELD = 'held';

/** What a configuration file may say of a destination after it was changed. */
export type DestinationChange = 'absent' | 'paused' | 'renamed';

/** A name ends as a place does, so that records of the destination are found. */
function changed(params: ConnectionParams, change: DestinationChange | undefined): ConnectionParams[] {
  if (change === 'absent') return [];
  if (change === 'paused') return [{ ...params, paused: true }];
  return [change === undefined ? params : { ...params, name: `renamed/${params.databaseName}` }];
}

async function run(database: ConnectionParams, sql: string): Promise<void> {
  await using session = await connectTo(database);
  await session.query(sql);
}

/** One database of a schedule: the server it is on, and the way that the replicator takes to it. */
export interface Site {
  readonly server: OracleServer['server'];
  readonly disk: OracleServer['disk'];
  /** Without the proxy, and not far away. */
  readonly database: ConnectionParams;
  readonly proxy: FaultProxy;
  /** Behind the proxy, where the server is far away. */
  readonly distance: Distance | undefined;
}

async function layOut(
  { server, disk }: OracleServer,
  database: ConnectionParams,
  oneWayMs?: number,
): Promise<Site> {
  const distance = oneWayMs === undefined ? undefined : await startDistance(database, oneWayMs);
  const proxy = await FaultProxy.inFrontOf(distance?.through(database) ?? database);
  return { server, disk, database, proxy, distance };
}

/** The databases of one schedule. Disposing of it drops them. */
export class Field implements AsyncDisposable {
  readonly sites: readonly Site[];
  readonly #folder = mkdtempSync(join(tmpdir(), 'slate-oracle-'));
  readonly #changes = new Map<number, DestinationChange | undefined>();
  #settings: Readonly<Record<string, unknown>> = {};

  /** @param ways how far the replicator is from each server. */
  static async create(servers: readonly OracleServer[], ways: Ways = new Map()): Promise<Field> {
    const databases = await createDatabases(servers);
    const sites = servers.map((server, n) => layOut(server, databases[n] as ConnectionParams, ways.get(n)));
    const field = new Field(await Promise.all(sites));
    await run(field.source, HISTORY_SQL + field.#createReaderSql);
    await Promise.all(field.destinations.map((destination) => run(destination, TAMPERING_SQL)));
    return field;
  }

  private constructor(sites: readonly Site[]) {
    this.sites = sites;
  }

  get source(): ConnectionParams {
    return this.site(SOURCE).database;
  }

  get destinations(): ConnectionParams[] {
    return this.sites.slice(SOURCE + 1).map(({ database }) => database);
  }

  site(index: number): Site {
    const site = this.sites[index];
    if (site === undefined) throw new Error(`there is no server ${index}`);
    return site;
  }

  /** As docs/operations.md asks of those whose writers use a sequence. */
  leaveTableId(): Promise<void> {
    return run(this.source, 'DELETE FROM id');
  }

  /** A replicator's configuration file that leads through the proxies. @returns its path. */
  writeConfig(settings: Readonly<Record<string, unknown>>): string {
    this.#settings = settings;
    this.#writeConfig();
    return this.#configFile;
  }

  /** Changes what the replicator's configuration file says of one destination; undefined: as at the beginning. */
  reconfigure(server: number, change: DestinationChange | undefined): void {
    this.#changes.set(server, change);
    this.#writeConfig();
  }

  /** A configuration file for `slate-hold` that leads to the destination itself. @returns its path. */
  writeHoldConfig(server: number): string {
    const file = join(this.#folder, `hold-${server}.json`);
    const { database } = this.site(server);
    writeFileSync(file, JSON.stringify({ replicationDestinations: [{ ...database, name: HELD }] }), {
      mode: 0o600,
    });
    return file;
  }

  /** In one step: a replicator may start at any time. */
  #writeConfig(): void {
    const [source, ...destinations] = this.sites.map(({ proxy, database }) => proxy.through(database));
    const replicationDestinations = destinations.flatMap((params, n) =>
      changed(params, this.#changes.get(n + SOURCE + 1)),
    );
    const eventSource = { ...source, user: this.#reader, password: READER_PASSWORD };
    const text = JSON.stringify({ eventSource, replicationDestinations, ...this.#settings });
    writeFileSync(`${this.#configFile}.new`, text, { mode: 0o600 });
    renameSync(`${this.#configFile}.new`, this.#configFile);
  }

  get #configFile(): string {
    return join(this.#folder, 'config.json');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#folder, { recursive: true });
    await Promise.all(this.sites.map(({ proxy }) => proxy[Symbol.asyncDispose]()));
    await Promise.all(this.sites.map(({ distance }) => distance?.[Symbol.asyncDispose]()));
    await Promise.all(this.sites.map(({ database }) => dropDatabase(database)));
    await run({ ...this.source, databaseName: 'postgres' }, `DROP ROLE ${this.#reader}`);
  }

  /** Reads the source; policies bind it, as they do not bind the owner. */
  get #reader(): string {
    return `${this.source.databaseName}_reader`;
  }

  get #createReaderSql(): string {
    return `;CREATE ROLE ${this.#reader} LOGIN PASSWORD '${READER_PASSWORD}'; GRANT SELECT ON events, id TO ${this.#reader}`;
  }
}
