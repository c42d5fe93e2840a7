// @ts-nocheck
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import type { Installation } from '../installation/installation.js';

let roles = 0;

/** A role that may do nothing but what it was granted on `events`; disposing of it drops it. */
export class RestrictedRole implements AsyncDisposable {
  readonly #all: Installation;
  readonly #credentials: { readonly user: string; readonly password: string };

  private constructor(all: Installation, user: string) {
    this.#all = all;
    this.#credentials = { user, password: 'restricted' };
  }

  static async create(
    all: Installation,
    grants: readonly { readonly on: ConnectionParams; readonly rights: string }[],
  ): Promise<RestrictedRole> {
    const role = new RestrictedRole(all, `${all.source.databaseName}_role_${++roles}`);
    const { user, password } = role.#credentials;
    await all.query(all.source, `CREATE ROLE ${user} LOGIN PASSWORD '${password}'`);
    for (const { on, rights } of grants) await all.query(on, `GRANT ${rights} ON events TO ${user}`);
    return role;
  }

  /** The same database, as this role. */
  in(params: ConnectionParams): ConnectionParams {
    return { ...params, ...this.#credentials };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { user } = this.#credentials;
    for (const params of [this.#all.source, ...this.#all.destinations]) {
      await this.#all.query(params, `DROP OWNED BY ${user}`);
    }
    await this.#all.query(this.#all.source, `DROP ROLE ${user}`);
  }
}
