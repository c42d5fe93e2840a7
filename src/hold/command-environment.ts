import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionParams } from '../pg/connection-params.js';
import { type PasswordWait, passwordOf, userOf } from '../pg/login.js';
import { pgpassFile } from '../pg/pgpass.js';

/** How long to wait for the password. */
type Waiting = Omit<PasswordWait, 'isForFunction'>;

/** Variables of libpq that would lead the command to another database, or past the password. */
const MISLEADING = ['PGSERVICE', 'PGHOSTADDR'];

/**
 * The environment in which a command of libpq reaches a destination as the configuration does. Secrets stand
 * in files that only this user can read. Disposing deletes them.
 */
export class CommandEnvironment implements Disposable {
  readonly variables: NodeJS.ProcessEnv;
  #folder: string | undefined;

  private constructor(params: ConnectionParams) {
    const inherited = Object.entries(process.env).filter(([name]) => !MISLEADING.includes(name));
    this.variables = {
      ...Object.fromEntries(inherited),
      PGHOST: params.host,
      PGPORT: String(params.port),
      PGDATABASE: params.databaseName,
      PGUSER: userOf(params),
    };
  }

  /** @throws the error of a password that cannot be had. */
  static async of(params: ConnectionParams, wait: Waiting): Promise<CommandEnvironment> {
    const environment = new CommandEnvironment(params);
    environment.#addTls(params);
    await environment.#addPassword(params, wait);
    return environment;
  }

  [Symbol.dispose](): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }

  #addTls({ tls }: ConnectionParams): void {
    if (tls === undefined) return;
    const { mode, rootCertificate, certificate, key } = tls;
    this.variables['PGSSLMODE'] = mode;
    if (rootCertificate === 'system') this.variables['PGSSLROOTCERT'] = rootCertificate;
    else this.#addFile('PGSSLROOTCERT', rootCertificate);
    this.#addFile('PGSSLCERT', certificate);
    this.#addFile('PGSSLKEY', key);
  }

  /** Without a password in the configuration, the command finds it where this process did. */
  async #addPassword(params: ConnectionParams, wait: Waiting): Promise<void> {
    const { password: written, passwordFrom, passwordFunction } = params;
    if ((written ?? passwordFrom ?? passwordFunction) === undefined) return;
    const given = passwordOf(params, { ...wait, isForFunction: false });
    const password = typeof given === 'function' ? await given() : given;
    if (!password) return;
    delete this.variables['PGPASSWORD'];
    this.#addFile('PGPASSFILE', `${pgpassLines(params, password)}${otherPasswords()}`);
  }

  #addFile(variable: string, text: string | undefined): void {
    if (text === undefined) return;
    this.#folder ??= mkdtempSync(join(tmpdir(), 'slate-hold-'));
    const file = join(this.#folder, variable);
    writeFileSync(file, text, { mode: 0o600 });
    this.variables[variable] = file;
  }
}

/** libpq asks for the password of the default folder of sockets as that of `localhost`. */
function pgpassLines(params: ConnectionParams, password: string): string {
  const hosts = params.host.startsWith('/') ? [params.host, 'localhost'] : [params.host];
  const rest = [String(params.port), '*', escaped(userOf(params)), escaped(password)];
  return hosts.map((host) => `${[escaped(host), ...rest].join(':')}\n`).join('');
}

function escaped(text: string): string {
  return text.replace(/[\\:]/g, '\\$&');
}

/** The command may reach other databases, too. */
function otherPasswords(): string {
  try {
    return readFileSync(pgpassFile(), 'utf8');
  } catch {
    return '';
  }
}
