// @ts-nocheck
import { QUANTITIES, type Sample } from './samples.js';

/** What three destinations may cost, however long it runs; with the default budget of 64 MiB for events in memory. */
const CEILINGS: Sample = {
  memoryMb: 300,
  files: 70,
  // Per destination two lanes and one that holds the lock; one that listens, three that read, a few that look after them.
  connections: 20,
  snapshotSeconds: 5,
};

/** One line per quantity. */
export function soakTable(samples: readonly Sample[]): string {
  const rows = QUANTITIES.map((name) => {
    const values = samples.map((sample) => sample[name]);
    return [name, values[0], values.at(-1), Math.max(...values), CEILINGS[name]];
  });
  const line = (cells: readonly unknown[]) => cells.map(formatCell).join(' ');
  return [['', 'first', 'last', 'peak', 'ceiling'], ...rows].map(line).join('\n');
}

/** The quantities that were above their ceiling at some time. */
export function aboveCeiling(samples: readonly Sample[]): string[] {
  return QUANTITIES.filter((name) => samples.some((sample) => !(sample[name] <= CEILINGS[name])));
}

function formatCell(cell: unknown, index: number): string {
  const text = typeof cell === 'number' ? cell.toFixed(1) : String(cell);
  return index === 0 ? text.padEnd(16) : text.padStart(10);
}
