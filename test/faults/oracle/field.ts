import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import { FaultProxy } from '../proxy.js';
import { SOURCE } from './schedule.js';
import { createDatabases, dropDatabase, type OracleServer } from './servers.js';

/** One database of a schedule: the server it is on, and the way that the replicator takes to it. */
export interface Site {
  readonly server: OracleServer['server'];
  readonly disk: OracleServer['disk'];
  /** Without the proxy. */
  readonly database: ConnectionParams;
  readonly proxy: FaultProxy;
}

/** The databases of one schedule. Disposing of it drops them. */
export class Field implements AsyncDisposable {
  readonly sites: readonly Site[];
  readonly #folder = mkdtempSync(join(tmpdir(), 'slate-oracle-'));

  static async create(servers: readonly OracleServer[]): Promise<Field> {
    const databases = await createDatabases(servers);
    const sites = servers.map(async ({ server, disk }, n) => {
      const database = databases[n] as ConnectionParams;
      return { server, disk, database, proxy: await FaultProxy.inFrontOf(database) };
    });
    return new Field(await Promise.all(sites));
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

  /** A replicator's configuration file that leads through the proxies. @returns its path. */
  writeConfig(settings: Readonly<Record<string, unknown>>): string {
    const [eventSource, ...replicationDestinations] = this.sites.map(({ proxy, database }) =>
      proxy.through(database),
    );
    const file = join(this.#folder, 'config.json');
    writeFileSync(file, JSON.stringify({ eventSource, replicationDestinations, ...settings }), {
      mode: 0o600,
    });
    return file;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#folder, { recursive: true });
    await Promise.all(this.sites.map(({ proxy }) => proxy[Symbol.asyncDispose]()));
    await Promise.all(this.sites.map(({ database }) => dropDatabase(database)));
  }
}
