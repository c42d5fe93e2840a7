// @ts-nocheck
import { describe, expect, it, vi } from 'vitest';
import { LookAgainError, sourceChanged } from '../../../src/common/look-again-error.js';
import { OperatorError } from '../../../src/common/operator-error.js';
import { Patience } from '../../../src/destination/errors/patience.js';

const PASSES = Object.assign(new Error('the server restarts'), { code: '57P01' });
const MAY_PASS = new Error('something');
const NOT_THERE = Object.assign(new Error('no predecessor'), { code: '22012' });
const HOUR_MS = 3_600_000;

function times(count: number, patience: Patience, error: unknown, place?: string): string[] {
  return Array.from({ length: count }, () => patience.reactionTo(error, place));
}

describe('patience', () => {
  it('has no end with what passes', () => {
    expect(new Set(times(1_000, new Patience(), PASSES, '1'))).toEqual(new Set(['retry']));
  });

  it('ends after a few errors that may pass, at the same place', () => {
    const reactions = times(7, new Patience(), MAY_PASS, '1');
    expect(reactions).toEqual([...Array(6).fill('retry'), 'stop']);
  });

  it('ends there also while what passes comes between', () => {
    const patience = new Patience();
    const reactions = Array.from({ length: 7 }, () => {
      patience.reactionTo(PASSES, '1');
      return patience.reactionTo(MAY_PASS, '1');
    });
    expect(reactions.at(-1)).toBe('stop');
  });

  it('begins anew after progress', () => {
    const patience = new Patience();
    const reactions = ['1', '2', '3'].flatMap((place) => times(6, patience, MAY_PASS, place));
    expect(new Set(reactions)).toEqual(new Set(['retry']));
  });

  it('begins anew after more than an hour without an error', () => {
    let now = 10 * HOUR_MS;
    const patience = new Patience(() => now);
    times(6, patience, MAY_PASS, '1');
    now += HOUR_MS + 1;
    expect(times(6, patience, MAY_PASS, '1')).not.toContain('stop');
    now += HOUR_MS;
    expect(patience.reactionTo(MAY_PASS, '1')).toBe('stop');
  });

  it('measures that hour with the clock of the process', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const patience = new Patience();
      times(6, patience, MAY_PASS, '1');
      vi.advanceTimersByTime(HOUR_MS + 1);
      expect(patience.reactionTo(MAY_PASS, '1')).toBe('retry');
    } finally {
      vi.useRealTimers();
    }
  });

  it('looks again once at the same place, however long that took', () => {
    let now = 0;
    const patience = new Patience(() => now);
    expect(patience.reactionTo(NOT_THERE, '1')).toBe('recheck');
    now += 2 * HOUR_MS;
    expect(patience.reactionTo(NOT_THERE, '1')).toBe('stop');
  });

  it('looks again once where a destination has changed', () => {
    const reactions = times(2, new Patience(), new LookAgainError('It lacks event 7.'), '1');
    expect(reactions).toEqual(['recheck', 'stop']);
  });

  it('looks again at each other place', () => {
    const patience = new Patience();
    const reactions = ['1', '2', '1'].map((place) => patience.reactionTo(NOT_THERE, place));
    expect(reactions).toEqual(['recheck', 'recheck', 'recheck']);
  });

  it('is that of errors that may pass with a source that changes again and again: a destination cannot help it', () => {
    const reactions = times(7, new Patience(), sourceChanged(5n), '1');
    expect(reactions).toEqual([...Array(6).fill('recheck'), 'stop']);
  });

  it('has none with what never passes', () => {
    expect(new Patience().reactionTo(new OperatorError('no such table'), '1')).toBe('stop');
  });
});
