/**
 * One schedule of the oracle run: loaders write, a replicator copies, faults happen as planned, observers look all the
 * time; then everything calms down. The destinations must come to equal the source without help, but for those that hold what
 * it never had or has lost: they must be stopped, with nothing written.
 */
// @ts-nocheck

import { createRandom } from '../../../../src/load/data/random.js';
import type { LogRecord } from '../../installation/log-records.js';
import { type AppliedFault, applyFaults } from './apply-faults.js';
import type { Crew } from './crew.js';
import { unexplainedEnds, untilLoaded, untilNoticed, untilSeen } from './diligence.js';
import { effectOf } from './effects.js';
import { drawWays, type Ways } from './far.js';
import { Field } from './field.js';
import { keepRunning } from './keep-running.js';
import { Loader } from './loader.js';
import { Observer } from './observer.js';
import { describeFault, type Kind, makesHoles, planFaults } from './schedule.js';
import type { OracleServer } from './servers.js';
import { settle } from './settle.js';
import { SupervisedReplicator } from './supervised-replicator.js';
import { divergedOf, findViolations } from './verdict.js';

export interface ScheduleOptions {
  readonly seed: number;
  /** How long faults happen. */
  readonly durationMs: number;
  /** What may happen; default: everything. */
  readonly kinds?: readonly Kind[] | undefined;
}

export interface ScheduleResult {
  readonly seed: number;
  /** Under all faults. */
  readonly ways: Ways;
  readonly faults: readonly AppliedFault[];
  readonly events: bigint;
  /** How long after the last fault the last destination had everything. */
  readonly catchUpMs: number;
  /** How often the replicator had to try something again: a schedule without any proves nothing. */
  readonly retries: number;
  /** How often destinations were looked at. */
  readonly looks: number;
  /** How many destinations were stopped because they diverged. */
  readonly diverged: number;
  /** What must never happen. */
  readonly violations: readonly string[];
  /** What happened, line by line. */
  readonly story: readonly string[];
}

const LOADERS = 3;
const POLL_INTERVALS_MS = [1_000, 30_000];

/** Runs one seed's schedule from fresh databases to the verdict. */
export async function runSchedule(
  servers: readonly OracleServer[],
  options: ScheduleOptions,
): Promise<ScheduleResult> {
  const hasHoles = makesHoles(options.seed, options.kinds);
  await using field = await Field.create(servers, drawWays(options.seed, options.kinds));
  if (hasHoles) await field.leaveTableId();
  const random = createRandom(options.seed);
  const loaders = Array.from(
    { length: LOADERS },
    () => new Loader(field.source, createRandom(random.below(2 ** 32)), { hasHoles }),
  );
  await loaders[0]?.loadBacklog();
  const config = field.writeConfig(drawSettings(random));
  await using replicator = new SupervisedReplicator(config);
  const observers = field.destinations.map((destination) => new Observer(destination, { hasHoles }));
  // Before that, faults would hit nobody; and a busy machine takes seconds to start a process.
  await replicator.until('destination checked', 1);
  return await judge({ field, replicator, loaders, observers, hasHoles }, options);
}

/** Little memory, so that a large transaction is piped. */
function drawSettings(random: ReturnType<typeof createRandom>) {
  return {
    onError: 'retry',
    memoryBudgetMb: 16,
    lanes: 1 + random.below(3),
    threads: 1 + random.below(2),
    pollInterval: random.pick(POLL_INTERVALS_MS),
  };
}

async function judge(crew: Crew, { seed, durationMs, kinds }: ScheduleOptions): Promise<ScheduleResult> {
  const { replicator, loaders, observers } = crew;
  const story = new Story();
  const watching = keepRunning(observers);
  const loading = keepRunning(loaders);
  const faults = await applyFaults(planFaults(seed, durationMs, kinds), {
    durationMs,
    effectOf: (fault) => effectOf(fault, crew),
    tell: story.tell,
  });
  const unfinished = await untilLoaded(crew);
  await loading.stop();
  story.tell('all faults are over, and nothing is loaded any more');
  const settled = await settle(crew);
  const unseen = await untilSeen(crew, settled.lastIds);
  await watching.stop();
  const unnoticed = await untilNoticed(crew, faults);
  const diverged = divergedOf(crew).length;
  const violations = [
    ...settled.violations,
    ...unfinished,
    ...unseen,
    ...unnoticed,
    ...unexplainedEnds(crew, faults),
    ...faults.flatMap(({ fault, failed }) => (failed ? [`${describeFault(fault)}: ${failed}`] : [])),
    ...(await findViolations(crew)),
  ];
  const retries = replicator.records.filter(({ msg }) => msg.endsWith('trying again')).length;
  const looks = observers.reduce((sum, observer) => sum + observer.looks, 0);
  const complaints = replicator.records.filter(({ level }) => level >= WARNING).map(describeRecord);
  return {
    seed,
    ways: drawWays(seed, kinds),
    faults,
    ...settled,
    retries,
    looks,
    diverged,
    violations,
    story: [...story.lines, ...complaints],
  };
}

const WARNING = 40;

function describeRecord({ time, pid, level, destination, msg, err }: LogRecord): string {
  const { message = '' } = (err ?? {}) as { message?: string };
  return `${time} ${pid} ${level} ${destination ?? ''} ${msg} ${message}`;
}

class Story {
  readonly lines: string[] = [];
  readonly #startedAt = performance.now();

  readonly tell = (line: string): void => {
    const seconds = ((performance.now() - this.#startedAt) / 1_000).toFixed(3);
    this.lines.push(`${seconds.padStart(8)}  ${line}`);
  };
}
