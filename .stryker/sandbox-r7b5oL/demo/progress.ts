// @ts-nocheck
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../src/pg/connect.js';
import type { Connection } from '../src/pg/connection.js';
import type { ConnectionParams } from '../src/pg/connection-params.js';
import type { RunningCommand } from './commands.js';
import { lineDisplay, liveDisplay } from './display.js';
import type { Installation } from './installation.js';

const LOOK_INTERVAL_MS = 200;
const CONNECT_TIMEOUT_MS = 15_000;

export interface Run {
  readonly installation: Installation;
  readonly replicator: RunningCommand;
  readonly loading: readonly RunningCommand[];
  readonly stop: AbortSignal;
}

/** Shows how far everybody is until the loaders have ended and every destination has what the source has. */
export async function untilCaughtUp(run: Run): Promise<void> {
  const { installation, loading, replicator, stop } = run;
  await using source = await watch(installation.source);
  await using watched = await watchAll(installation.destinations);
  const display = process.stdout.isTTY ? liveDisplay() : lineDisplay();
  for (;;) {
    for (const command of [replicator, ...loading]) command.assertHealthy();
    if (!replicator.running) throw new Error('the replicator ended before it had copied everything');
    const stillLoading = loading.some(({ running }) => running);
    const positions = {
      destinations: await Promise.all(watched.connections.map(lastId)),
      source: await lastId(source),
      loading: stillLoading,
    };
    const done = !stillLoading && positions.destinations.every((id) => id === positions.source);
    display(positions, done);
    if (done) return;
    await sleep(LOOK_INTERVAL_MS, undefined, { signal: stop });
  }
}

function watch(params: ConnectionParams): Promise<Connection> {
  return connect(params, { applicationName: 'slate-demo', connectTimeoutMs: CONNECT_TIMEOUT_MS });
}

async function watchAll(all: readonly ConnectionParams[]) {
  const connections = await Promise.all(all.map(watch));
  return {
    connections,
    async [Symbol.asyncDispose]() {
      for (const connection of connections) await connection[Symbol.asyncDispose]();
    },
  };
}

async function lastId(connection: Connection): Promise<bigint> {
  const [row] = await connection.query<{ id: bigint }>(
    'SELECT COALESCE(max(id), 0) AS id FROM public.events',
  );
  return row?.id ?? 0n;
}
