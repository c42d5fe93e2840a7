/** How to reach one database, after the configuration has been read and its defaults filled in. */
export interface ConnectionParams {
  readonly host: string;
  readonly port: number;
  readonly databaseName: string;
  /** Absent: `PGUSER`, else the operating system's user. */
  readonly user?: string;
  /** Absent: `PGPASSWORD`, else `.pgpass`, else none. */
  readonly password?: string;
}

/** `host:port/database`: how messages and logs name a database. Holds no secret. */
export function describeDatabase(params: ConnectionParams): string {
  return `${params.host}:${params.port}/${params.databaseName}`;
}
