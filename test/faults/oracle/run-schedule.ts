/**
 * One schedule of the oracle run: loaders write, a replicator copies, faults happen as planned, observers look all the
 * time; then everything calms down, and the destinations must come to equal the source without help.
 */
import { createRandom } from '../../../src/load/random.js';
import { type AppliedFault, applyFaults } from './apply-faults.js';
import type { Crew } from './crew.js';
import { unexplainedEnds, untilLoaded, untilNoticed, untilSeen } from './diligence.js';
import { effectOf } from './effects.js';
import { Field } from './field.js';
import { keepRunning } from './keep-running.js';
import { Loader } from './loader.js';
import { Observer } from './observer.js';
import { describeFault, planFaults } from './schedule.js';
import type { OracleServer } from './servers.js';
import { SupervisedReplicator } from './supervised-replicator.js';
import { catchUp, findViolations } from './verdict.js';

export interface ScheduleOptions {
  readonly seed: number;
  /** How long faults happen. */
  readonly durationMs: number;
}

export interface ScheduleResult {
  readonly seed: number;
  readonly faults: readonly AppliedFault[];
  readonly events: bigint;
  /** How long after the last fault the last destination had everything. */
  readonly catchUpMs: number;
  /** How often the replicator had to try something again: a schedule without any proves nothing. */
  readonly retries: number;
  /** How often destinations were looked at. */
  readonly looks: number;
  /** What must never happen. */
  readonly violations: readonly string[];
  /** What happened, line by line. */
  readonly story: readonly string[];
}

const LOADERS = 3;

/** Runs one seed's schedule from fresh databases to the verdict. */
export async function runSchedule(
  servers: readonly OracleServer[],
  options: ScheduleOptions,
): Promise<ScheduleResult> {
  await using field = await Field.create(servers);
  const random = createRandom(options.seed);
  const loaders = Array.from(
    { length: LOADERS },
    () => new Loader(field.source, createRandom(random.below(2 ** 32))),
  );
  await loaders[0]?.loadBacklog();
  const config = field.writeConfig(drawSettings(random));
  await using replicator = new SupervisedReplicator(config);
  const observers = field.destinations.map((destination) => new Observer(destination));
  // Before that, faults would hit nobody; and a busy machine takes seconds to start a process.
  await replicator.until('destination checked', 1);
  return await judge({ field, replicator, loaders, observers }, options);
}

/** Little memory, so that a large transaction is piped. */
function drawSettings(random: ReturnType<typeof createRandom>) {
  return {
    onError: 'retry',
    memoryBudgetMb: 16,
    lanes: 1 + random.below(3),
    threads: 1 + random.below(2),
  };
}

async function judge(crew: Crew, { seed, durationMs }: ScheduleOptions): Promise<ScheduleResult> {
  const { field, replicator, loaders, observers } = crew;
  const story = new Story();
  const watching = keepRunning(observers);
  const loading = keepRunning(loaders);
  const faults = await applyFaults(planFaults(seed, durationMs), {
    durationMs,
    effectOf: (fault) => effectOf(fault, field, replicator),
    tell: story.tell,
  });
  const unfinished = await untilLoaded(crew);
  await loading.stop();
  story.tell('all faults are over, and nothing is loaded any more');
  const caughtUp = await catchUp(field);
  const unseen = await untilSeen(crew, caughtUp.events);
  await watching.stop();
  const unnoticed = await untilNoticed(crew, faults);
  const violations = [
    ...caughtUp.violations,
    ...unfinished,
    ...unseen,
    ...unnoticed,
    ...unexplainedEnds(crew, faults),
    ...faults.flatMap(({ fault, failed }) => (failed ? [`${describeFault(fault)}: ${failed}`] : [])),
    ...(await findViolations(crew)),
  ];
  const retries = replicator.records.filter(({ msg }) => msg.endsWith('trying again')).length;
  const looks = observers.reduce((sum, observer) => sum + observer.looks, 0);
  return { seed, faults, ...caughtUp, retries, looks, violations, story: story.lines };
}

class Story {
  readonly lines: string[] = [];
  readonly #startedAt = performance.now();

  readonly tell = (line: string): void => {
    const seconds = ((performance.now() - this.#startedAt) / 1_000).toFixed(3);
    this.lines.push(`${seconds.padStart(8)}  ${line}`);
  };
}
