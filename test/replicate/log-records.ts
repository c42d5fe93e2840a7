import type { Logger } from '../../src/lifecycle/log.js';
import { until } from './until.js';

export interface LogRecord {
  /** As bunyan numbers them: debug 20, info 30, warn 40, error 50, fatal 60. */
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** The records of one replicator, as they come. */
export class LogRecords {
  readonly all: LogRecord[] = [];
  /** Set when the replicator has failed: what has not come by then never comes. */
  failure: unknown;

  /** A logger that keeps everything, debug records too. */
  readonly logger: Logger = {
    debug: (fields, msg) => this.#add(20, fields, msg),
    info: (fields, msg) => this.#add(30, fields, msg),
    warn: (fields, msg) => this.#add(40, fields, msg),
    error: (fields, msg) => this.#add(50, fields, msg),
  };

  /** The records with this message, and if given with these fields. */
  of(msg: string, fields: Readonly<Record<string, unknown>> = {}): LogRecord[] {
    const wanted = Object.entries(fields);
    return this.all.filter(
      (record) => record.msg === msg && wanted.every(([name, value]) => record[name] === value),
    );
  }

  /** Waits until at least `count` such records have come. */
  async until(msg: string, { count = 1, ...fields }: { count?: number; [field: string]: unknown } = {}) {
    await until(
      `${count} records "${msg}" had come`,
      () => {
        const hasCome = this.of(msg, fields).length >= count;
        if (!hasCome && this.failure !== undefined) throw this.failure;
        return hasCome;
      },
      () => `Records: ${this.all.map((record) => record.msg).join('; ')}`,
    );
    return this.of(msg, fields);
  }

  add(record: LogRecord): void {
    this.all.push(record);
  }

  #add(level: number, fields: object, msg: string): void {
    this.add({ ...fields, level, msg });
  }
}
