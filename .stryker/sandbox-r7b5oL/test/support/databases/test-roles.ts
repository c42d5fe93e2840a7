// @ts-nocheck
import pg from 'pg';
import type { Connection } from '../../../src/pg/connection.js';
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import { connectTo } from '../postgres/databases.js';

const PASSWORD = "it's a \\ password";

/** Roles with names of this test's own, which may nothing until granted. Disposing drops them with all that they own in the database. */
export class TestRoles implements AsyncDisposable {
  readonly #admin: Connection;
  readonly #params: ConnectionParams;
  readonly #made: string[] = [];

  constructor(admin: Connection, params: ConnectionParams) {
    this.#admin = admin;
    this.#params = params;
  }

  /** The whole name of a role. */
  name(short: string): string {
    return `${this.#params.databaseName}_${short}`;
  }

  /** @param attributes as in CREATE ROLE: `IN ROLE …`, `NOINHERIT`. */
  async create(short: string, attributes = ''): Promise<string> {
    const name = this.name(short);
    const password = pg.escapeLiteral(PASSWORD);
    await this.#admin.query(`CREATE ROLE "${name}" LOGIN PASSWORD ${password} ${attributes}`);
    this.#made.push(name);
    return name;
  }

  /** The same database, as that role. */
  in(short: string, params = this.#params): ConnectionParams {
    return { ...params, user: this.name(short), password: PASSWORD };
  }

  /** Runs statements as that role, in a session of its own. @returns the rows of the last. */
  async run<Row>(short: string, ...statements: readonly string[]): Promise<Row[]> {
    await using session = await connectTo(this.in(short));
    let rows: Row[] = [];
    for (const statement of statements) rows = await session.query<Row>(statement);
    return rows;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const names = this.#made.map((name) => `"${name}"`).join();
    if (names === '') return;
    await this.#admin.query(`DROP OWNED BY ${names} CASCADE`);
    await this.#admin.query(`DROP ROLE ${names}`);
  }
}
