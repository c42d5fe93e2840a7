import { Command, InvalidArgumentError } from 'commander';
import { runCommand } from '../src/cli/run-command.js';
import { wholeNumber } from '../src/cli/whole-number.js';
import { PROFILES } from './profiles/all.js';
import { type BenchOptions, runBench } from './run-bench.js';

function addProfile(name: string, earlier: readonly string[] = []): string[] {
  const names = PROFILES.map((profile) => profile.name);
  if (!names.includes(name)) throw new InvalidArgumentError(`It is one of ${names.join(', ')}.`);
  return [...earlier, name];
}

const program = new Command('bench')
  .description('Measures slate-replicator against its peers. Profiles:')
  .addHelpText('after', PROFILES.map(({ name, question }) => `\n  ${name.padEnd(10)}${question}`).join(''))
  .option('--profile <name>', 'only this profile; may be given several times', addProfile)
  .option(
    '--repeat <n>',
    'runs of each contender (default: 5; with --quick 3 in backfill, else 1)',
    wholeNumber({ min: 1 }),
  )
  .option(
    '--quick',
    'all profiles but distance and operate in under three minutes: shows who is ahead of whom, not how fast',
  )
  .option(
    '--out <folder>',
    'where results go (default: bench/results/latest or, with --quick, bench/results/quick)',
  );

await runCommand(program, () => runBench(program.opts<BenchOptions>()));
