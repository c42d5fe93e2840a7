import { expect, test } from 'vitest';
import { PIPE_NAME } from '../../bench/peers/copy-pipe.js';
import { chosenProfiles, PROFILES } from '../../bench/profiles/all.js';
import { findings, worst } from '../../bench/profiles/distance-findings.js';
import { FULL_GRID, livePlace, place, startPlace } from '../../bench/profiles/distance-places.js';
import type { Measurement } from '../../bench/report/result.js';

const OURS = 'slate-replicator';
const NATIVE = 'native replication';
const [LIGHT] = FULL_GRID.loads;
if (LIGHT === undefined) throw new Error('no load');

const measured = (where: string, contender: string, samples: Measurement['samples']) => ({
  case: where,
  contender,
  samples,
});

/** The farther, the worse. At 0 ms everything is far off its target: that must not count. */
const measurements = FULL_GRID.roundTripsMs.flatMap((ms) => {
  const worse = ms === 0 ? 9 : ms / 200;
  return [
    measured(livePlace(ms, 1, LIGHT), OURS, {
      p50Ms: [ms / 2 + worse, ms / 2 + 3 * worse],
      p50BeyondMs: [worse, 3 * worse],
      p95BeyondMs: [9 * worse, 9 * worse],
    }),
    measured(livePlace(ms, 1, LIGHT), NATIVE, { p50Ms: [ms / 2 + 1, ms / 2 + 1] }),
    measured(place(ms, 1), OURS, { eventsPerSecond: [1.5 / worse, 1.3 / worse] }),
    measured(place(ms, 1), PIPE_NAME, { eventsPerSecond: [1, 1] }),
    measured(startPlace(ms, 1), OURS, { liveSeconds: [ms / 100] }),
  ];
});

const found = findings(measurements, FULL_GRID, 'eventsPerSecond');

test('a target is compared, run by run, with the worst of all distances, but not without distance', () => {
  const demanded = found.filter(({ target }) => target !== undefined);
  expect(demanded.map(({ title, values }) => [title, values])).toEqual([
    ['p50 less one way, 1 destination, 50/s × 1, the worst of 20, 80, 200 ms', [1, 3]],
    ['p95 less one way, 1 destination, 50/s × 1, the worst of 20, 80, 200 ms', [9, 9]],
    ['p50 against native, 1 destination, 50/s × 1, the worst of 20, 80, 200 ms', [1, 103 / 101]],
    [`first load of 1, against a ${PIPE_NAME}, the worst of 20, 80, 200 ms`, [1.5, 1.3]],
    ['start to live, 80 ms, 1 destination, nothing to copy', [0.8]],
  ]);
});

test('demanded are: p50 3 and p95 10 ms beyond the way, 1.1 × native, 1.1 and 1.2 × pipes, 0.95 s', () => {
  const eight = [OURS, PIPE_NAME].map((name) => measured(place(80, 8), name, { eventsPerSecond: [1] }));
  const all = findings([...measurements, ...eight], FULL_GRID, 'eventsPerSecond');
  expect(all.flatMap(({ target }) => target ?? [])).toEqual([
    { atMost: 3 },
    { atMost: 10 },
    { atMost: 1.1 },
    { atLeast: 1.1 },
    { atLeast: 1.2 },
    { atMost: 0.95 },
  ]);
});

test('each distance has its ratio against every other contender, with no target', () => {
  const plain = found.filter(({ target }) => target === undefined).map(({ title }) => title);
  for (const ms of FULL_GRID.roundTripsMs) {
    expect(plain).toContain(`p50 against ${NATIVE}, ${livePlace(ms, 1, LIGHT)}`);
    expect(plain).toContain(`rate against ${PIPE_NAME}, ${place(ms, 1)}`);
  }
});

test('a contender that was left out at every distance makes no finding', () => {
  expect(worst([0, 20, 80], { title: 'absent', target: { atMost: 1 } }, () => [])).toEqual([]);
});

test('a quick run of everything leaves out what must be asked for; a full one, or one that asks, does not', () => {
  const names = (options: Parameters<typeof chosenProfiles>[0]) =>
    chosenProfiles(options).map(({ name }) => name);
  const all = PROFILES.map(({ name }) => name);
  expect(names({})).toEqual(all);
  const onlyWhenAsked = ['distance', 'arrival', 'operate'];
  expect(names({ quick: true })).toEqual(all.filter((name) => !onlyWhenAsked.includes(name)));
  expect(names({ quick: true, profile: ['distance', 'live'] })).toEqual(['live', 'distance']);
});
