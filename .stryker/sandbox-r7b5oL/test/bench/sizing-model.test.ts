// @ts-nocheck
import { expect, test } from 'vitest';
import {
  coresAt,
  fitCosts,
  type LiveObservation,
  predictionSection,
} from '../../bench/profiles/sizing-model.js';

const costs = { perPass: 100, perWrite: 40, perEvent: 3, r2: 1 };

function observe(destinations: number, passesPerSecond: number, eventsPerSecond: number): LiveObservation {
  const scale = { destinations, passesPerSecond, eventsPerSecond };
  const replicator = coresAt(costs, scale);
  return { ...scale, cores: { replicator, source: 0, destinations: 0 } };
}

test('the costs that made the observations are found again', () => {
  const observations = [1, 4, 16].flatMap((destinations) => [
    observe(destinations, 20, 20),
    observe(destinations, 100, 100),
    observe(destinations, 20, 1000),
  ]);
  const fitted = fitCosts(observations, 'replicator');
  expect(fitted.perPass).toBeCloseTo(100, 6);
  expect(fitted.perWrite).toBeCloseTo(40, 6);
  expect(fitted.perEvent).toBeCloseTo(3, 6);
  expect(fitted.r2).toBeCloseTo(1, 9);
});

test('what seems to give time back is counted as nothing', () => {
  const observations = [1, 4, 16].flatMap((destinations) => [
    observe(destinations, 20, 20),
    observe(destinations, 100, 100),
    observe(destinations, 20, 1000),
  ]);
  const withLess = observations.map((observation) => {
    const replicator = observation.cores.replicator - (observation.passesPerSecond * 110) / 1e6;
    return { ...observation, cores: { ...observation.cores, replicator } };
  });
  const fitted = fitCosts(withLess, 'replicator');
  expect(fitted.perPass).toBe(0);
  expect(fitted.perWrite).toBeCloseTo(40, -1);
  expect(fitted.perEvent).toBeCloseTo(3, 1);
});

test('cores grow with destinations times events and with destinations times wake-ups', () => {
  const cores = coresAt(costs, { destinations: 200, passesPerSecond: 50, eventsPerSecond: 10_000 });
  expect(cores).toBeCloseTo((50 * 100 + 200 * 50 * 40 + 200 * 10_000 * 3) / 1e6, 9);
});

test('a prediction names the scale and each part of the installation', () => {
  const scale = { destinations: 200, passesPerSecond: 50, eventsPerSecond: 10_000 };
  const { measurements } = predictionSection(
    new Map([
      ['replicator', costs],
      ['source', costs],
    ]),
    [scale],
  );
  expect(measurements.map(({ case: where, contender }) => `${where}: ${contender}`)).toEqual([
    '200 destinations, 10,000 events/s, 50 wake-ups/s: replicator',
    '200 destinations, 10,000 events/s, 50 wake-ups/s: source',
  ]);
});
