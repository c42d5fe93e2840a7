// @ts-nocheck
import { expect, test } from 'vitest';
import { chartsOf } from '../../bench/report/charts.js';
import { toHtml } from '../../bench/report/html.js';
import { toMarkdown } from '../../bench/report/markdown.js';
import type { ProfileResult, Section } from '../../bench/report/result.js';

const section: Section = {
  title: 'One destination',
  text: 'Events <b> & bytes',
  metrics: [
    { name: 'rate', unit: 'events/s', better: 'higher' },
    { name: 'memory', unit: 'MB', better: 'lower' },
    { name: 'absent', unit: 's', better: 'lower' },
  ],
  measurements: [
    { case: 'one', contender: 'slate-replicator', samples: { rate: [3000, 1000, 2000], memory: [100] } },
    { case: 'one', contender: 'a | pipe', samples: { rate: [900, 1000, 1100] } },
  ],
};

const result: ProfileResult = {
  profile: 'backfill',
  question: 'How fast?',
  startedAt: '2026-01-02T03:04:05.678Z',
  seconds: 60,
  quick: false,
  repeat: 3,
  machine: {
    cpu: 'CPU',
    cores: 2,
    memoryGb: 8,
    system: 'linux 6',
    node: 'v20',
    postgres: '18',
    serverKind: 'embedded',
  },
  findings: [
    { title: 'against a pipe', unit: '×', values: [2, 1, 2], target: { atLeast: 1.2 } },
    { title: 'against a file', unit: '×', values: [0.5], target: { atLeast: 0.85 } },
    { title: 'for the record', unit: '×', values: [7] },
  ],
  sections: [section],
  notes: ['Left out: somebody.'],
};

test('the Markdown has a row for every target and for every contender, with spreads', () => {
  const markdown = toMarkdown([result]);
  expect(markdown).toContain('| against a pipe | 2 (1–2) × | at least 1.2 × | met |');
  expect(markdown).toContain('| against a file | 0.5 × | at least 0.85 × | missed |');
  expect(markdown).toContain('| one | slate-replicator | 2,000 (1,000–3,000) | 100 |');
  expect(markdown).toContain('| one | a \\| pipe | 1,000 (900–1,100) |  |');
  expect(markdown).toContain('Left out: somebody.');
});

test('the page needs nothing from anywhere else', () => {
  const page = toHtml([result], 'const library = "</script>";');
  expect(page).toContain('const library');
  expect(page).not.toMatch(/<(script|link|img)[^>]+(src|href)=/);
  expect(page.match(/<\/script>/g)).toHaveLength(2);
});

test('the page shows targets before anything else, and texts as texts', () => {
  const page = toHtml([result], '');
  expect(page.indexOf('against a pipe')).toBeLessThan(page.indexOf('How fast?'));
  expect(page.indexOf('for the record')).toBeGreaterThan(page.indexOf('How fast?'));
  expect(page).toContain('Events &lt;b&gt; &amp; bytes');
});

test('a chart shows medians, and over each the line from the lowest to the highest run', () => {
  const [chart] = chartsOf(section);
  const [bars, lines] = chart?.configuration.data.datasets ?? [];
  expect(bars?.data).toEqual([2000, 1000]);
  expect(lines?.data).toEqual([
    [1000, 3000],
    [900, 1100],
  ]);
});

test('several situations are grouped, one colour per contender, with gaps where somebody was left out', () => {
  const more = { case: 'two', contender: 'slate-replicator', samples: { rate: [5] } };
  const [chart] = chartsOf({ ...section, measurements: [...section.measurements, more] });
  expect(chart?.configuration.data.labels).toEqual([['one'], ['two']]);
  const bars = chart?.configuration.data.datasets.filter(({ order }) => order === 2) ?? [];
  expect(bars.map(({ data }) => data)).toEqual([
    [2000, 5],
    [1000, null],
  ]);
});

test('the replicator has one colour in every chart, and a lighter one where it is used otherwise', () => {
  const otherwise = { case: 'one', contender: 'slate-replicator elsewhere', samples: { rate: [1] } };
  const colours = (measurements: Section['measurements']) =>
    chartsOf({ ...section, measurements })[0]?.configuration.data.datasets[0]?.backgroundColor;
  const [ours, other] = section.measurements;
  if (ours === undefined || other === undefined) throw new Error('no measurements');
  const [first, second, third] = colours([ours, otherwise, other]) as string[];
  expect(colours([other, ours, otherwise])).toEqual([expect.anything(), first, second]);
  expect(new Set([first, second, third]).size).toBe(3);
});

test('only what is wanted is charted, and nothing that was not measured', () => {
  const charts = chartsOf({ ...section, charted: ['memory', 'absent'] });
  expect(charts.map(({ title }) => title)).toEqual(['MB (lower is better)']);
});

test('values that are far apart are on a logarithmic axis', () => {
  const far = { case: 'one', contender: 'snail', samples: { rate: [1] } };
  const [chart] = chartsOf({ ...section, measurements: [...section.measurements, far] });
  expect(chart?.configuration.options?.scales?.['x']?.type).toBe('logarithmic');
});
