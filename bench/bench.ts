import { Command, Option } from 'commander';
import { runCommand } from '../src/cli/run-command.js';
import { wholeNumber } from '../src/cli/whole-number.js';
import { PROFILES } from './profiles/all.js';
import { type BenchOptions, runBench } from './run-bench.js';

const collect = (value: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), value];

const program = new Command('bench')
  .description('Measures slate-replicator against its peers. Profiles:')
  .addHelpText('after', PROFILES.map(({ name, question }) => `\n  ${name.padEnd(10)}${question}`).join(''))
  .addOption(
    new Option('--profile <name>', 'only this profile; may be given several times')
      .choices(PROFILES.map(({ name }) => name))
      .argParser(collect),
  )
  .option('--repeat <n>', 'runs of each contender (default: 5; with --quick 2)', wholeNumber({ min: 1 }))
  .option(
    '--quick',
    'small amounts, all profiles in under three minutes: shows that it works, not how fast it is',
  )
  .option(
    '--out <folder>',
    'where results go (default: bench/results/latest or, with --quick, bench/results/quick)',
  );

await runCommand(program, () => runBench(program.opts<BenchOptions>()));
