// @ts-nocheck
import { expect, test } from 'vitest';
import { toHtml } from '../../bench/report/html.js';
import { toMarkdown } from '../../bench/report/markdown.js';
import { picturesOf } from '../../bench/report/pictures.js';
import type { Measurement, Metric, ProfileResult } from '../../bench/report/result.js';

const OURS = 'slate-replicator';
const higher = (name: string, unit = name): Metric => ({ name, unit, better: 'higher' });
const lower = (name: string, unit = name): Metric => ({ name, unit, better: 'lower' });

function measured(place: string, contender: string, samples: Measurement['samples']): Measurement {
  return { case: place, contender, samples };
}

function resultOf(
  profile: string,
  metrics: readonly Metric[],
  measurements: readonly Measurement[],
): ProfileResult {
  return {
    profile,
    question: `What about ${profile}?`,
    startedAt: '2026-01-02T03:04:05.678Z',
    seconds: 1,
    quick: true,
    repeat: 1,
    machine: { cpu: '', cores: 2, memoryGb: 8, system: '', node: '', postgres: '', serverKind: '' },
    findings: [{ title: `${profile} against a peer`, unit: '×', values: [1], target: { atLeast: 1.2 } }],
    sections: [{ title: profile, text: '', metrics, measurements }],
    notes: [],
  };
}

const ONE = 'person data, 1 destination';
const EIGHT = 'person data, 8 destinations';
const HEAVY = '8 destinations, 150/s × 20';

const backfill = resultOf(
  'backfill',
  [higher('copiedPerSecond'), lower('startSeconds'), higher('eventsPerSecond')],
  [
    measured(ONE, OURS, { copiedPerSecond: [120, 90], startSeconds: [0.4, 0.5], eventsPerSecond: [1, 1] }),
    measured(ONE, 'psql pipe', {
      copiedPerSecond: [60, 60],
      startSeconds: [0.1, 0.1],
      eventsPerSecond: [2, 2],
    }),
    measured(EIGHT, OURS, { copiedPerSecond: [80], startSeconds: [0.5] }),
    measured(EIGHT, 'parallel psql pipes', { copiedPerSecond: [100], startSeconds: [0.2] }),
  ],
);
const live = resultOf(
  'live',
  [lower('p50Ms'), lower('lastP50Ms'), lower('sourceCpuSeconds')],
  [
    measured('16 destinations, 150/s × 20', OURS, { lastP50Ms: [9], sourceCpuSeconds: [9] }),
    measured(HEAVY, OURS, { lastP50Ms: [3], sourceCpuSeconds: [0.2] }),
    measured(HEAVY, 'native replication', { lastP50Ms: [4], sourceCpuSeconds: [2] }),
  ],
);
const diff = resultOf(
  'diff',
  [lower('comparingSeconds'), lower('startSeconds')],
  [
    measured('equal tables', 'slate-eventsDiff', { comparingSeconds: [1], startSeconds: [0.4] }),
    measured('equal tables', 'streaming', { comparingSeconds: [2], startSeconds: [0] }),
  ],
);
const all = [backfill, live, diff];

test('a page begins with one and eight destinations, live, the source’s CPU and the proof', () => {
  const titles = picturesOf(all).map(({ title }) => title);
  expect(titles).toEqual([
    'Filling one empty destination',
    'Filling eight empty destinations at the same time',
    'Live: from commit at the source until visible',
    'Live: what that costs the source',
    'Proof: comparing two tables to the byte',
  ]);
  const page = toHtml(all, '');
  const [begun] = /^[\s\S]*?(?=<details)/.exec(page) ?? [''];
  for (const title of titles) expect(begun).toContain(title);
});

test('the rate while copying and the time to start are two charts, of all contenders alike', () => {
  const [one] = picturesOf([backfill]);
  const charts = one?.charts.map(({ title, configuration }) => ({
    title,
    labels: configuration.data.labels,
  }));
  expect(charts).toEqual([
    { title: 'copiedPerSecond (higher is better)', labels: [[OURS], ['psql pipe']] },
    { title: 'startSeconds (lower is better)', labels: [[OURS], ['psql pipe']] },
  ]);
  expect(one?.readings).toEqual([`${OURS} has 1.75 × the rate of "psql pipe".`]);
});

test('earlier results, in which only the replicator’s start was measured, show the rate alone', () => {
  const samples = { eventsPerSecond: [2], startSeconds: [0.4] };
  const earlier = resultOf(
    'backfill',
    [higher('eventsPerSecond'), lower('startSeconds')],
    [measured(ONE, OURS, samples), measured(ONE, 'psql pipe', { eventsPerSecond: [1] })],
  );
  const [one] = picturesOf([earlier]);
  expect(one?.charts.map(({ title }) => title)).toEqual(['eventsPerSecond (higher is better)']);
});

test('live pictures show one and eight destinations, and say which situation a ratio is of', () => {
  const light = '1 destination, 50/s × 1';
  const [latency] = picturesOf([
    resultOf(
      'live',
      [lower('lastP50Ms')],
      [
        ...(live.sections[0]?.measurements ?? []),
        measured(light, OURS, { lastP50Ms: [2] }),
        measured(light, 'native replication', { lastP50Ms: [1] }),
      ],
    ),
  ]);
  expect(latency?.readings).toEqual([
    `${HEAVY}: ${OURS} has 0.75 × the time of "native replication".`,
    `${light}: ${OURS} has 2 × the time of "native replication".`,
  ]);
});

test('distances: live and first loads, one chart each, and in words the one that is quoted', () => {
  const live = (ms: number, p50Ms: number) => [
    measured(`${ms} ms, 1 destination, 50/s × 1`, OURS, { p50Ms: [p50Ms] }),
    measured(`${ms} ms, 1 destination, 50/s × 1`, 'native replication', { p50Ms: [2 * p50Ms] }),
    measured(`${ms} ms, 1 destination, 200/s × 1`, OURS, { p50Ms: [p50Ms] }),
  ];
  const fill = (ms: number) => [
    measured(`${ms} ms, 8 destinations`, OURS, { copiedPerSecond: [3] }),
    measured(`${ms} ms, 8 destinations`, 'psql pipe', { copiedPerSecond: [2] }),
    measured(`${ms} ms, 8 destinations, nothing to copy`, OURS, { liveSeconds: [1] }),
  ];
  const result = resultOf('distance', [lower('p50Ms')], [...live(0, 0.1), ...live(80, 41)]);
  const filling = {
    title: '',
    text: '',
    metrics: [higher('copiedPerSecond')],
    measurements: [...fill(0), ...fill(80)],
  };
  const [picture] = picturesOf([{ ...result, sections: [...result.sections, filling] }]);
  expect(picture?.charts.map(({ configuration }) => configuration.data.labels)).toEqual([
    [
      ['0 ms,', '1 destination,', '50/s × 1'],
      ['80 ms,', '1 destination,', '50/s × 1'],
    ],
    [
      ['0 ms,', '8 destinations'],
      ['80 ms,', '8 destinations'],
    ],
  ]);
  const [latency] = picture?.charts ?? [];
  expect(latency?.configuration.options?.scales?.['x']?.type).toBe('linear');
  expect(picture?.readings).toEqual([
    `80 ms, 1 destination, 50/s × 1: ${OURS} has 0.5 × the time of "native replication".`,
    `80 ms, 8 destinations: ${OURS} has 1.5 × the rate of "psql pipe".`,
  ]);
});

test('a quick run says so in large and shows no target, neither on the page nor in Markdown', () => {
  for (const text of [toHtml(all, ''), toMarkdown(all)]) {
    expect(text).toMatch(/<strong>quick<\/strong>|\*\*Quick\./);
    expect(text).toContain('backfill against a peer');
    expect(text).not.toMatch(/at least 1\.2|class="missed"|\| missed|Targets/);
  }
});

test('a full run shows its targets, and nothing says quick', () => {
  const full = all.map((result) => ({ ...result, quick: false }));
  for (const text of [toHtml(full, ''), toMarkdown(full)]) {
    expect(text).toContain('at least 1.2 ×');
    expect(text).toMatch(/class="missed"|\| missed/);
    expect(text).not.toMatch(/<strong>quick|\*\*Quick|--quick/);
  }
});

test('all that is not one of the pictures is folded', () => {
  const page = toHtml(all, '');
  const [, afterPictures = ''] = page.split('<h2>All questions</h2>');
  for (const { question, profile } of all)
    expect(afterPictures).toContain(
      `<details class="profile" id="${profile}"><summary>${profile}: ${question}`,
    );
  expect(afterPictures.replace(/<details[\s\S]*<\/details>/, '')).not.toContain('<table');
});
