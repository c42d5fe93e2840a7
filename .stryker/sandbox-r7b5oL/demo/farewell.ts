// @ts-nocheck
import { grouped } from '../src/cli/words.js';
import { heading, say, table } from './say.js';

interface Summary {
  readonly msg: string;
  readonly destination: string;
  readonly events: number;
  readonly bytes: number;
  readonly batches: number;
}

/** A short table from the replicator's own records, and where to go from here. */
export function printEqual(replicatorLog: string): void {
  const summaries = replicatorLog
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Summary)
    .filter(({ msg }) => msg === 'summary');
  const rows = summaries.map(({ destination, events, bytes, batches }) => [
    destination,
    grouped(events),
    (bytes / 2 ** 20).toFixed(1),
    grouped(batches),
    'yes',
  ]);
  heading('All destinations equal the source');
  say(table([['destination', 'events', 'MiB', 'transactions', 'equal'], ...rows]));
  heading('Where to go from here');
  say(NEXT_STEPS);
}

const NEXT_STEPS = `
npm link                    puts the commands on your PATH (npm unlink -g slate-replicator takes them away again)
slate-init-db --help        make a source and destinations on a PostgreSQL of your own
slate-replicator --help     --check validates and shows the plan, --once copies what is missing and ends
slate-eventsDiff --help     compare tables, find and repair differences
npm test                    prove it

The demo's databases are gone. README.md, "Quick start", does the same on your own server.`.trimStart();
