import { clearScreenDown, moveCursor } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, connect } from '../../src/pg/connect.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import type { RunningCommand } from './commands.js';
import type { Installation } from './installation.js';
import { grouped, say, table } from './say.js';

const LIVE_INTERVAL_MS = 200;
const LINE_INTERVAL_MS = 2_000;
const CONNECT_TIMEOUT_MS = 15_000;
const BAR_WIDTH = 30;

export interface Run {
  readonly installation: Installation;
  readonly replicator: RunningCommand;
  readonly loading: readonly RunningCommand[];
  readonly stop: AbortSignal;
}

/** How far each database is: its last id, which counts its events because ids run from 1 without holes. */
interface Positions {
  readonly source: bigint;
  readonly destinations: readonly bigint[];
  readonly loading: boolean;
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
    await sleep(LIVE_INTERVAL_MS, undefined, { signal: stop });
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

type Display = (positions: Positions, done: boolean) => void;

/** A few lines that are drawn again and again. */
function liveDisplay(): Display {
  let drawnLines = 0;
  return (positions) => {
    const lines = table(rows(positions)).split('\n');
    moveCursor(process.stdout, 0, -drawnLines);
    clearScreenDown(process.stdout);
    say(lines.join('\n'));
    drawnLines = lines.length;
  };
}

function rows({ source, destinations, loading }: Positions): string[][] {
  const row = (name: string, id: bigint, remark: string) => [
    name,
    bar(id, source),
    `${grouped(id)} events`,
    remark,
  ];
  return [
    row('source', source, loading ? 'loading' : 'loaded'),
    ...destinations.map((id, index) => row(`replica_${index + 1}`, id, behind(source - id))),
  ];
}

function bar(id: bigint, of: bigint): string {
  const filled = of === 0n ? 0 : Math.min(BAR_WIDTH, Math.floor((Number(id) / Number(of)) * BAR_WIDTH));
  return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
}

function behind(events: bigint): string {
  return events === 0n ? 'equal' : `${grouped(events)} behind`;
}

/** A line now and then, for logs and CI. */
function lineDisplay(): Display {
  let printedAtMs = Number.NEGATIVE_INFINITY;
  return ({ source, destinations }, done) => {
    if (!done && performance.now() - printedAtMs < LINE_INTERVAL_MS) return;
    printedAtMs = performance.now();
    const replicas = destinations.map((id, index) => `replica_${index + 1} ${grouped(id)}`);
    say(`source ${grouped(source)} events, ${replicas.join(', ')}`);
  };
}
