import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Terminal } from '../../../src/cli/terminal.js';
import { isTold } from '../../../src/cli/told-errors.js';
import { OperatorError } from '../../../src/common/operator-error.js';
import { registerSecret } from '../../../src/common/secrets.js';
import { oneErrorOf } from '../../../src/replicate/failures.js';
import { catchingLines } from '../../../src/replicate/output/show-progress.js';
import { TextLog } from '../../../src/replicate/output/text-log.js';
import { Screen } from '../../support/commands/screen.js';

beforeEach(() => {
  vi.stubEnv('TERM', 'xterm');
  vi.stubEnv('CI', '');
  vi.stubEnv('LOG_LEVEL', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const COPIED = { events: 5, bytes: 1, batches: 1, seconds: 2, copyMs: 0, waitMs: 0, commitMs: 0 };

function createLog({ meetsErrors = true, level = 30 } = {}) {
  const screen = new Screen(200);
  const terminal = new Terminal(screen);
  const log = new TextLog({ command: 'slate-replicator', terminal, level, meetsErrors });
  /** Without their times. */
  const lines = () => screen.lines.map((line) => line.replace(/^\d\d:\d\d:\d\d /, ''));
  return { log, lines, terminal, screen };
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `replica_${n + 1}`);
}

function start(log: TextLog, destinations: readonly string[]): void {
  const config = { eventSource: 'source', replicationDestinations: destinations };
  log.write('started', { config, once: false });
}

describe('records in words', () => {
  test.each([20, 200])('of %d destinations that come together are one line', (count) => {
    const { log, lines } = createLog();
    start(log, names(count));
    for (const destination of names(count)) {
      const lagEvents = destination === 'replica_7' ? 12 : 0;
      log.write('copied', { destination, state: 'live', ...COPIED, lagEvents });
    }
    for (const destination of names(count)) log.write('summary', { destination, ...COPIED });
    log.write('ended', { reason: 'done' });
    expect(lines().slice(-3)).toEqual([
      `${count} destinations copied ${count * 5} events in all, farthest behind is replica_7 with 12 events`.replace(
        '1000',
        '1,000',
      ),
      `${count} destinations in this run copied ${count * 5} events in all`.replace('1000', '1,000'),
      'done',
    ]);
    expect(lines().length).toBeLessThan(15);
  });

  test('of a few destinations are a line each', () => {
    const { log, lines } = createLog();
    start(log, names(2));
    for (const destination of names(2))
      log.write('copied', { destination, state: 'live', ...COPIED, from: 1, to: 5, lagEvents: 0 });
    expect(lines().slice(-2)).toEqual(
      names(2).map((name) => `${name}: copied 5 events (ids 1 to 5) in 2.0 s, 3/s, nothing is missing`),
    );
  });

  test('that come while progress stands there leave it below them', () => {
    const { log, lines, terminal } = createLog();
    terminal.show(catchingLines([{ name: 'replica_1', copied: 10, total: 40, elapsedMs: 1_000 }], 3));
    log.write('index built', { destination: 'replica_2', index: 'i', buildSeconds: 3 });
    expect(lines()).toEqual([
      'replica_2: index i built in 3 s',
      expect.stringMatching(/^replica_1: [█#]+[░.]+ 25 %, 10 of 40 events, 10\/s, 0:03 left$/),
    ]);
  });

  test('what was copied while progress was shown is told when the destination has caught up', () => {
    const { log, lines } = createLog();
    const destination = 'replica_1';
    log.write('copied', { destination, state: 'catching up', ...COPIED, from: 1, to: 5 });
    log.write('copied', { destination, state: 'catching up', ...COPIED, from: 6, to: 10 });
    expect(lines()).toEqual([]);
    log.write('caught up', { destination, ...COPIED, from: 11, to: 15 });
    expect(lines()).toEqual(['replica_1: caught up, copied 15 events (ids 1 to 15) in 6.0 s, 3/s']);
  });

  test('hold no secret and no control character', () => {
    registerSecret('hunter-seven');
    const { log, screen, lines } = createLog();
    const err = new OperatorError('refused: hunter-seven\u001b[2J', { hint: 'not hunter-seven' });
    log.write('destination stopped: a person must act', { destination: 'a\u009b2Jb\u202e', err });
    log.write('one lane is used: the destination must see events in order', {
      destination: 'x',
      because: ['\u0007'],
    });
    log.write('configuration warning', { configFilename: 'c', problem: 'hunter-seven is no host' });
    expect(screen.written).not.toContain('hunter-seven');
    expect(lines().join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(lines()[0]).toContain('a\\u{9b}2Jb\\u{202e}: stopped: refused: ***\\u{1b}[2J');
  });

  test('below the level are left out, but for what a command was asked for', () => {
    const { log, lines } = createLog({ level: 50 });
    log.write('source checked', { source: 's', sourceEvents: 1 });
    log.write('configuration is valid (dry run: nothing was connected to)', {
      arguments: {},
      config: { lanes: 2 },
    });
    expect(lines()).toEqual(['The configuration is valid. Nothing was connected to.', '  lanes: 2']);
  });
});

describe('the plan of --check', () => {
  const plan = {
    missingEvents: 1_000_000,
    missingBytes: 5_000_000,
    missingBatches: 100,
    missingRanges: [{ from: 1n, to: 1_000_000n }],
    destinationEvents: 0,
    checkSeconds: 1,
    firstMissingId: 1,
    lastMissingId: 1_000_000,
  };

  test('is a table, and what cannot be run is said below it', () => {
    const { log, lines } = createLog();
    for (const destination of ['a', 'replica_2']) log.write('plan', { destination, ...plan });
    log.write('destination refused', { destination: 'replica_3', err: new OperatorError('No events.') });
    log[Symbol.dispose]();
    expect(lines()).toEqual([
      'destination  holds      lacks    about  ids',
      'a                0  1,000,000  4.8 MiB  ids 1 to 1000000',
      'replica_2        0  1,000,000  4.8 MiB  ids 1 to 1000000',
      'error: replica_3 is refused: No events.',
    ]);
  });

  test('breaks no line where names are long', () => {
    const { log, screen, lines } = createLog();
    screen.columns = 80;
    const long = 'a-long-host-name.example.org:5432/events_replica_of_everything';
    for (const destination of ['replica_1', long]) log.write('plan', { destination, ...plan });
    log[Symbol.dispose]();
    expect(lines()).toEqual([
      'destination',
      '  holds      lacks    about  ids',
      'replica_1',
      '      0  1,000,000  4.8 MiB  ids 1 to 1000000',
      long,
      '      0  1,000,000  4.8 MiB  ids 1 to 1000000',
    ]);
  });
});

describe('an error', () => {
  const failures = names(2).map((destination) => ({
    destination,
    error: new OperatorError(`${destination} is wrong.`),
  }));

  test('that a destination has told of is not told again at the end', () => {
    const { log, lines } = createLog();
    for (const { destination, error: err } of failures)
      log.write('destination refused', { destination, err });
    const end = oneErrorOf(failures);
    log.write('ended', { err: end }, 'fatal');
    log[Symbol.dispose]();
    expect(lines().filter((line) => line.includes('replica_1 is wrong'))).toHaveLength(1);
    expect(lines().at(-1)).toBe('slate-replicator: ended because of what is said above.');
    expect(isTold(end)).toBe(true);
  });

  test('is told on standard error too where that is another place', () => {
    const err = new OperatorError('The source is gone.', { hint: 'Look for it.' });
    const { log, lines } = createLog({ meetsErrors: false });
    log.write('ended', { err }, 'fatal');
    expect(lines()).toEqual(['slate-replicator: The source is gone.', 'Look for it.']);
    expect(isTold(err)).toBe(false);
  });
});

describe('progress', () => {
  const catching = names(20).map((name, n) => ({ name, copied: n, total: 100, elapsedMs: 1_000 }));

  test('of a few destinations is a line each', () => {
    expect(catchingLines(catching.slice(0, 3), 5).map(({ label }) => label)).toEqual(names(3));
  });

  test('of many is a line for all, one for each that has most left, and how many there are besides', () => {
    expect(catchingLines(catching, 4).map(({ label, text }) => `${label}: ${text}`)).toEqual([
      '20 destinations: 9 %, 190 of 2,000 events, 190/s, 0:10 left',
      'replica_1: 0 %, 0 of 100 events, 0/s',
      'replica_2: 1 %, 1 of 100 events, 1/s, 1:39 left',
      ': and 18 more',
    ]);
  });

  test.each([1, 2, 10])('of 200 takes %d lines where there is no more room', (most) => {
    const all = names(200).map((name, n) => ({ name, copied: n, total: 1_000, elapsedMs: 1_000 }));
    expect(catchingLines(all, most)).toHaveLength(most);
  });
});

describe('the state on request', () => {
  test('of 200 destinations is one table, farthest behind first', () => {
    const { log, lines } = createLog({ level: 50 });
    for (const [n, destination] of names(200).entries()) {
      const lag = n === 9 ? { lagEvents: 1_200, lagSeconds: 61.4 } : { lagEvents: 0, lagSeconds: 0 };
      const state = n === 3 ? 'connecting' : 'live';
      log.write('state on request', { destination, state, destinationMaxId: 7n, ...(n === 3 ? {} : lag) });
    }
    log[Symbol.dispose]();
    expect(lines()).toHaveLength(201);
    expect(lines().slice(0, 4)).toEqual([
      expect.stringMatching(/^destination +state +events behind +seconds behind +holds up to id$/),
      expect.stringMatching(/^replica_4 +connecting +\? +\? +7$/),
      expect.stringMatching(/^replica_10 +live +1,200 +61 +7$/),
      expect.stringMatching(/^replica_1 +live +0 +0 +7$/),
    ]);
  });
});
