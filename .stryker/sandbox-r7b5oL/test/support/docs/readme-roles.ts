// @ts-nocheck
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import type { Installation } from '../installation/installation.js';

const NAMES = ['source_reader', 'replica_writer', 'event_writer'] as const;
const PASSWORD = 'restricted';

/** The roles that docs/operations.md speaks of, under names of this test's own. Disposing drops them. */
export class ReadmeRoles implements AsyncDisposable {
  readonly #all: Installation;
  readonly #prefix: string;

  private constructor(all: Installation) {
    this.#all = all;
    this.#prefix = `${all.source.databaseName}_`;
  }

  static async create(all: Installation): Promise<ReadmeRoles> {
    const roles = new ReadmeRoles(all);
    for (const name of NAMES) {
      await all.query(all.source, `CREATE ROLE ${roles.#prefix}${name} LOGIN PASSWORD '${PASSWORD}'`);
    }
    return roles;
  }

  /** Runs GRANTs of docs/operations.md, each where its role works. */
  async grant(block: string): Promise<void> {
    for (const line of block.split('\n')) {
      const database = line.includes('replica_writer') ? this.#all.destination() : this.#all.source;
      await this.#all.query(database, line.replace(/ TO /, ` TO ${this.#prefix}`));
    }
  }

  /** The same database, as that role. */
  in(params: ConnectionParams, name: (typeof NAMES)[number]): ConnectionParams {
    return { ...params, user: `${this.#prefix}${name}`, password: PASSWORD };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const roles = NAMES.map((name) => `${this.#prefix}${name}`).join();
    for (const params of [this.#all.source, this.#all.destination()]) {
      await this.#all.query(params, `DROP OWNED BY ${roles}`);
    }
    await this.#all.query(this.#all.source, `DROP ROLE ${roles}`);
  }
}
