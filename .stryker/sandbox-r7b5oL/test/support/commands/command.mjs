// @ts-nocheck
// A command as the files of bin/ are, which does what its first argument says.
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { createLogger } from '../../../dist/src/cli/logger.js';
import { runCommand } from '../../../dist/src/cli/run-command.js';
import { packageVersion } from '../../../dist/src/cli/version.js';
import {
  ConfigurationError,
  DivergenceError,
  OperatorError,
} from '../../../dist/src/common/operator-error.js';
import { registerSecret } from '../../../dist/src/common/secrets.js';
import { stopSignals } from '../../../dist/src/common/stop-signals.js';

registerSecret('hunter2');

const { signal: stop } = stopSignals();

const ACTIONS = {
  succeed: async () => 0,
  differ: async () => 1,
  'fail-database': async () => {
    const cause = new Error('the cause');
    throw new OperatorError('Cannot connect to db1', { hint: 'Check the host.', cause });
  },
  'fail-configuration': async () => {
    throw new ConfigurationError('The file is wrong');
  },
  'fail-divergence': async () => {
    throw new DivergenceError('The databases differ');
  },
  'fail-bug': async () => {
    throw new TypeError('x is not a function');
  },
  'fail-secretly': async () => {
    throw new Error('password hunter2 is wrong');
  },
  'fail-later': () => {
    setImmediate(() => {
      throw new Error('thrown by a timer');
    });
    return sleep(10_000, 0);
  },
  'fail-unhandled': () => {
    void Promise.reject(new Error('nobody waits'));
    return sleep(10_000, 0);
  },
  chatter: async () => {
    const log = createLogger('chatter');
    for (;;) {
      log.info('a line');
      await sleep(0);
    }
  },
  tell: async () => {
    process.stdout.write('x'.repeat(1_000_000));
    return 0;
  },
  hang: async () => {
    setInterval(() => {}, 1_000);
    return 3;
  },
  'stop-orderly': async () => {
    console.log('ready');
    await sleep(60_000, undefined, { signal: stop }).catch(() => {});
    console.log(stop.reason.message);
    return 0;
  },
  'stop-never': async () => {
    stop.addEventListener('abort', () => console.log('stopping'));
    console.log('ready');
    return sleep(60_000, 0);
  },
  'tell-nobody': async () => {
    process.stdout.write('x'.repeat(1_000_000));
    console.error('done');
    return 0;
  },
};

const program = new Command('slate-test')
  .version(packageVersion())
  .option('--action <name>', 'what to do', 'succeed')
  .option('--trouble', 'as eventsDiff: errors exit with 2');

const trouble = process.argv.includes('--trouble') ? { errorExitCode: 2, stoppedExitCode: 2 } : {};
const options = { stop, ...trouble };
await runCommand(program, () => ACTIONS[program.opts().action](), options);
