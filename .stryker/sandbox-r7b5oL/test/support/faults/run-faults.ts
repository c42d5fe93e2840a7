// @ts-nocheck
import { randomInt } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import { runCommand } from '../../../src/cli/run-command.js';
import { wholeNumber } from '../../../src/cli/whole-number.js';
import { ConfigurationError } from '../../../src/common/operator-error.js';
import { runOracle } from './oracle/run-oracle.js';
import { KINDS, type Kind } from './oracle/schedule.js';
import { soak } from './soak/run-soak.js';

interface FaultOptions {
  readonly seed?: number;
  readonly minutes?: number;
  readonly schedules?: number;
  readonly soak?: boolean;
  readonly kinds?: readonly Kind[];
  readonly without?: readonly Kind[];
}

const SHORT_SCHEDULE_MS = 8_000;
const MS_PER_MINUTE = 60_000;

const program = new Command('test:faults')
  .description(
    'Loads, replicates and breaks everything by a seeded schedule, and proves that nothing is lost. Exits with 1 on a violation.',
  )
  .option(
    '--seed <n>',
    'the first seed (default: a random one); a seed replays its faults',
    wholeNumber({ min: 0 }),
  )
  .option('--minutes <n>', 'how long it goes on (default: 1)', wholeNumber({ min: 1 }))
  .option('--schedules <n>', 'so many seeds in a row, each for some seconds', wholeNumber({ min: 1 }))
  .option('--kinds <names>', `only these, separated by commas: ${KINDS.join(', ')}`, parseKinds)
  .option(
    '--without <names>',
    'all but these, separated by commas; without "far" a seed has the same faults',
    parseKinds,
  )
  .option(
    '--soak',
    'no faults, but ceilings on memory, files, connections and the oldest snapshot at the source',
  );

await runCommand(program, () => runFaults(program.opts<FaultOptions>()));

async function runFaults(options: FaultOptions): Promise<number> {
  refuseContradictions(options);
  const { minutes = 1, schedules, seed = randomInt(2 ** 31), without = [] } = options;
  const kinds = options.kinds ?? KINDS.filter((kind) => !without.includes(kind));
  if (options.soak) return soak(minutes * MS_PER_MINUTE);
  const durationMs = schedules === undefined ? minutes * MS_PER_MINUTE : SHORT_SCHEDULE_MS;
  return runOracle({ firstSeed: seed, schedules: schedules ?? 1, durationMs, kinds });
}

function parseKinds(names: string): readonly Kind[] {
  return names.split(',').map((name) => {
    const kind = KINDS.find((each) => each === name.trim());
    if (kind === undefined) throw new InvalidArgumentError(`There is no kind "${name.trim()}".`);
    return kind;
  });
}

function refuseContradictions({ minutes, schedules, seed, soak, kinds, without }: FaultOptions): void {
  if (minutes !== undefined && schedules !== undefined)
    throw new ConfigurationError('Choose one of --minutes and --schedules.');
  if (kinds !== undefined && without !== undefined)
    throw new ConfigurationError('Choose one of --kinds and --without.');
  if (soak && (schedules ?? seed ?? kinds ?? without) !== undefined)
    throw new ConfigurationError('--soak has no faults: no --seed, --schedules, --kinds or --without.');
}
