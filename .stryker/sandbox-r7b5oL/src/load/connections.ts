// @ts-nocheck
import { connect } from '../pg/connect.js';
import type { Connection } from '../pg/connection.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import { chooseWriter, type WriteOperations } from './operation-writer.js';

export interface LoadersOptions {
  readonly source: ConnectionParams;
  readonly connectTimeoutMs: number;
  /** What `pg_stat_activity.application_name` shows. */
  readonly applicationName: string;
  /** Connections that write at the same time. Default 1. */
  readonly loaders?: number;
  /** Aborted to stop: running statements are cancelled, and the connections are dropped. */
  readonly signal?: AbortSignal | undefined;
}

/** The connections of a load. Disposing closes them. */
export interface Loaders extends AsyncDisposable {
  /** One per connection. */
  readonly writers: readonly WriteOperations[];
}

/**
 * Opens the connections.
 * @throws OperatorError if one fails or the database is no source, or the reason of the signal. All are
 *   closed then.
 */
export async function openLoaders(options: LoadersOptions): Promise<Loaders> {
  const attempts = Array.from({ length: options.loaders ?? 1 }, () => open(options));
  const closeAll = async () => {
    const settled = await Promise.allSettled(attempts);
    const opened = settled.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    await Promise.all(opened.map((connection) => connection[Symbol.asyncDispose]()));
  };
  try {
    const connections = await Promise.all(attempts);
    const writers = await Promise.all(connections.map(chooseWriter));
    return { writers, [Symbol.asyncDispose]: closeAll };
  } catch (error) {
    await closeAll();
    options.signal?.throwIfAborted();
    throw error;
  }
}

function open({ source, connectTimeoutMs, applicationName, signal }: LoadersOptions): Promise<Connection> {
  const stoppable = signal === undefined ? {} : { signal };
  return connect(source, {
    applicationName,
    connectTimeoutMs,
    pipeline: true,
    firesTriggers: true,
    ...stoppable,
  });
}
