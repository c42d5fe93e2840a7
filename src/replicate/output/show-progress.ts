import { progressText } from '../../cli/progress.js';
import type { StatusLine, Terminal } from '../../cli/terminal.js';
import { counted } from '../../cli/words.js';
import type { Destination } from '../../destination/destination.js';

const REDRAW_MS = 250;
/** How many lines are shown at most, and how many lines of the terminal stay free. */
const [MOST_LINES, ROWS_LEFT] = [10, 3];

/** Progress of one destination that is catching up. */
export interface Catching {
  readonly name: string;
  readonly copied: number;
  readonly total: number;
  readonly elapsedMs: number;
}

/** Shows the progress of destinations that catch up or build indexes, below the log, until disposed of. */
export function showProgress(destinations: () => readonly Destination[], terminal: Terminal): Disposable {
  const startedMs = new Map<Destination, number>();
  const draw = () => {
    const all = destinations();
    const catching = all.flatMap((each) => catchingOf(each, startedMs));
    const building = all.filter(({ state }) => state === 'building indexes');
    const most = Math.max(1, Math.min(MOST_LINES, terminal.rows - ROWS_LEFT));
    terminal.show([...buildingLines(building), ...catchingLines(catching, most)].slice(0, most));
  };
  const timer = terminal.canRedraw ? setInterval(draw, REDRAW_MS) : undefined;
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      terminal.show([]);
    },
  };
}

function catchingOf(destination: Destination, startedMs: Map<Destination, number>): Catching[] {
  const { progress } = destination;
  const name = destination.context.name;
  if (progress === undefined || progress.total === 0) {
    startedMs.delete(destination);
    return [];
  }
  const began = startedMs.get(destination) ?? performance.now();
  startedMs.set(destination, began);
  return [{ name, ...progress, elapsedMs: performance.now() - began }];
}

/**
 * One line for each. If they are too many: one line for all, below it those that have most left, and how many
 * are left out.
 */
export function catchingLines(all: readonly Catching[], most: number): StatusLine[] {
  if (all.length <= most) return all.map(catchingLine);
  const slowest = all.toSorted((a, b) => b.total - b.copied - (a.total - a.copied));
  const sum = (of: (each: Catching) => number) => all.reduce((total, each) => total + of(each), 0);
  const together = {
    name: `${all.length} destinations`,
    copied: sum(({ copied }) => copied),
    total: sum(({ total }) => total),
    elapsedMs: Math.max(...all.map(({ elapsedMs }) => elapsedMs)),
  };
  const named = slowest.slice(0, Math.max(0, most - 2));
  const others = { label: '', text: `and ${all.length - named.length} more` };
  return [...[together, ...named].map(catchingLine), ...(most > 1 ? [others] : [])];
}

function catchingLine({ name, copied, total, elapsedMs }: Catching): StatusLine {
  return {
    label: name,
    text: progressText({ unit: 'events', total: Math.max(total, copied) }, copied, elapsedMs),
    fraction: total > 0 ? copied / total : 1,
  };
}

function buildingLines(building: readonly Destination[]): StatusLine[] {
  const [first] = building;
  if (first === undefined) return [];
  const label = building.length === 1 ? first.context.name : counted(building.length, 'destination');
  return [{ label, text: 'building indexes' }];
}
