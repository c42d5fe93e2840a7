// @ts-nocheck
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { DatabaseServer } from '../postgres/postgres-server.js';
import { COMMANDS } from './generated-sections.js';

/** Names in the documents that must not meet other databases or roles of a server that is not ours alone. */
const NAMES = /\b(events_source|events_replica|source_reader|replica_writer|event_writer)\b/g;

/**
 * A folder and a PATH like those of somebody who follows README.md after `npm link`. Disposing stops what still runs and
 * removes the folder.
 */
export class ReadmeShell implements AsyncDisposable {
  readonly #server: DatabaseServer;
  readonly #login: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'slate-readme-'));
  readonly #running = new Set<AbortController>();
  #ends: Promise<unknown>[] = [];

  /** @param login what README.md has people type first in each terminal, or nothing; the password is typed when it asks. */
  constructor(server: DatabaseServer, login: string) {
    this.#server = server;
    this.#login = login;
    for (const [name, file] of Object.entries(COMMANDS)) symlinkSync(resolve(file), join(this.#folder, name));
  }

  /** Text of a document, for this server. */
  adapted(text: string): string {
    return text
      .replaceAll('localhost', this.#server.host)
      .replace('PGUSER=postgres', `PGUSER='${this.#server.user}'`)
      .replace(/PGPORT=5432\b/, `PGPORT=${this.#server.port}`)
      .replace(NAMES, (name) => `${this.#server.databasePrefix}${name}`);
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.#folder, name), this.adapted(text));
  }

  /** Runs the lines of a code block. @returns what they printed. @throws Error with that, if one of them fails. */
  async run(
    block: string,
    stop = new AbortController(),
    onOutput: (output: string) => void = () => {},
  ): Promise<string> {
    const { port, password } = this.#server;
    const { PGUSER: _, PGPASSWORD: __, ...env } = process.env;
    const child = spawn('bash', ['-euo', 'pipefail', '-c', this.adapted(`${this.#login}\n${block}`)], {
      cwd: this.#folder,
      env: {
        ...env,
        PATH: `${this.#folder}${delimiter}${process.env['PATH'] ?? ''}`,
        PGPORT: String(port),
      },
      detached: true,
    });
    child.stdin.end(`${password}\n`);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        onOutput(output);
      });
    }
    const interrupt = () => process.kill(-(child.pid as number), 'SIGINT');
    stop.signal.addEventListener('abort', interrupt, { once: true });
    const [code] = (await once(child, 'close')) as [number | null];
    stop.signal.removeEventListener('abort', interrupt);
    if (code !== 0) throw new Error(`${block}\nended with ${code}:\n${output}`);
    return output;
  }

  /**
   * Starts a code block that runs until it is stopped, and waits until it has printed `sign`. @returns stops it as ^C does.
   * @throws Error if it ends before.
   */
  start(block: string, sign: string): Promise<() => Promise<string>> {
    return new Promise((resolve, reject) => {
      const stop = new AbortController();
      const end = this.run(block, stop, (output) => {
        if (output.includes(sign)) resolve(stopAndWait);
      });
      const stopAndWait = () => {
        stop.abort();
        return end;
      };
      this.#running.add(stop);
      this.#ends.push(end.catch(() => {}));
      end.then((output) => reject(new Error(`ended before ${sign}:\n${output}`)), reject);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stop of this.#running) stop.abort();
    await Promise.all(this.#ends);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
