/** Live load for a long time, and what the replicator holds meanwhile: none of it may grow. */
// @ts-nocheck

import { setTimeout as sleep } from 'node:timers/promises';
import { stopSignals } from '../../../../src/common/stop-signals.js';
import { createRandom } from '../../../../src/load/data/random.js';
import type { Connection } from '../../../../src/pg/connection.js';
import { connectTo } from '../../postgres/databases.js';
import type { Crew } from '../oracle/crew.js';
import { Field } from '../oracle/field.js';
import { keepRunning } from '../oracle/keep-running.js';
import { Loader } from '../oracle/loader.js';
import { Observer } from '../oracle/observer.js';
import { type OracleServer, openServers } from '../oracle/servers.js';
import { settle } from '../oracle/settle.js';
import { SupervisedReplicator } from '../oracle/supervised-replicator.js';
import { findViolations } from '../oracle/verdict.js';
import { aboveCeiling, soakTable } from './ceilings.js';
import { type Sample, takeSample } from './samples.js';

const LOADERS = 3;
const SAMPLE_EVERY_MS = 500;

export interface SoakResult {
  readonly samples: readonly Sample[];
  readonly events: bigint;
  readonly violations: readonly string[];
}

/** Runs it, up to ^C, and prints what it found. @returns the exit code. */
export async function soak(durationMs: number): Promise<number> {
  using signals = stopSignals();
  await using servers = await openServers();
  const { samples, events, violations } = await runSoak(servers.all, {
    durationMs,
    stop: signals.signal,
  });
  const verdict = violations.length === 0 ? ['no violation'] : violations;
  process.stdout.write(`${[soakTable(samples), `${events} events`, ...verdict].join('\n')}\n`);
  return violations.length === 0 ? 0 : 1;
}

export async function runSoak(
  servers: readonly OracleServer[],
  options: { durationMs: number; stop?: AbortSignal },
): Promise<SoakResult> {
  await using field = await Field.create(servers);
  const loaders = Array.from({ length: LOADERS }, () => new Loader(field.source, createRandom()));
  await loaders[0]?.loadBacklog();
  await using replicator = new SupervisedReplicator(
    field.writeConfig({
      eventSource: field.source,
      replicationDestinations: field.destinations,
      onError: 'retry',
    }),
  );
  const observers = field.destinations.map((destination) => new Observer(destination));
  // While it starts, Node has a hundred files open at once: its modules, and those of the workers.
  await replicator.until('caught up', field.destinations.length);
  return await watch({ field, replicator, loaders, observers, hasHoles: false }, options);
}

async function watch(
  crew: Crew,
  { durationMs, stop }: { durationMs: number; stop?: AbortSignal },
): Promise<SoakResult> {
  const { field, loaders, observers } = crew;
  await using databases = await openSessions(field);
  const watching = keepRunning(observers);
  const loading = keepRunning(loaders);
  const samples: Sample[] = [];
  const endAt = performance.now() + durationMs;
  while (performance.now() < endAt && !stop?.aborted) {
    await sleep(SAMPLE_EVERY_MS);
    samples.push(await takeSample(crew.replicator.pid, databases.all));
  }
  await loading.stop();
  const { events, violations: lagging } = await settle(crew);
  await watching.stop();
  const tooMuch = aboveCeiling(samples).map((name) => `${name} was above its ceiling`);
  return { samples, events, violations: [...tooMuch, ...lagging, ...(await findViolations(crew))] };
}

async function openSessions(field: Field): Promise<AsyncDisposable & { all: readonly Connection[] }> {
  const all = await Promise.all([field.source, ...field.destinations].map(connectTo));
  return {
    all,
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((each) => each[Symbol.asyncDispose]()));
    },
  };
}
