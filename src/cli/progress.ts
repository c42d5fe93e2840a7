import { Terminal, type TerminalOutput } from './terminal.js';
import { clock, grouped } from './words.js';

export interface ProgressOptions {
  /** What is being done, such as 'comparing'. */
  readonly label: string;
  /** What is counted: 'events'. */
  readonly unit: string;
  /** How many there will be. Absent if it is not known yet. */
  readonly total?: number;
  /** Where the line goes; default stderr. */
  readonly output?: TerminalOutput;
  /** A clock in milliseconds; default `performance.now`. */
  readonly nowMs?: () => number;
}

/** A line that is written over and over; disposing it wipes it. */
export interface Progress extends Disposable {
  /**
   * Reports `done` items; pass `total` once it is known. Cheap: the line is drawn at most five times a
   * second.
   */
  update(done: number, total?: number): void;
}

const REDRAW_MS = 200;

/**
 * Shows progress as one line on a terminal. The rate counts from now on. Does nothing if the output is no
 * terminal.
 */
export function createProgress(options: ProgressOptions): Progress {
  const { label, output = process.stderr, nowMs = () => performance.now() } = options;
  const terminal = new Terminal(output);
  const startedMs = nowMs();
  let drawnMs = Number.NEGATIVE_INFINITY;
  return {
    update(done, total) {
      if (!terminal.canRedraw || nowMs() - drawnMs < REDRAW_MS) return;
      drawnMs = nowMs();
      const counted = { unit: options.unit, total: total ?? options.total };
      const fraction = counted.total === undefined ? undefined : done / Math.max(1, counted.total);
      terminal.show([{ label, text: progressText(counted, done, drawnMs - startedMs), fraction }]);
    },
    [Symbol.dispose]: () => terminal[Symbol.dispose](),
  };
}

/** What is counted, and how many there will be, if known. */
export interface Counted {
  readonly unit: string;
  readonly total?: number | undefined;
}

/** `45 %, 450,000 of 1,000,000 events, 52,000/s, 0:11 left` */
export function progressText({ unit, total }: Counted, done: number, elapsedMs: number): string {
  const perSecond = elapsedMs > 0 ? (done * 1000) / elapsedMs : 0;
  const rate = `${grouped(Math.round(perSecond))}/s`;
  if (total === undefined) return `${grouped(done)} ${unit}, ${rate}`;
  const percent = done < total ? Math.floor((100 * done) / total) : 100;
  const left = perSecond > 0 ? `, ${clock(Math.max(0, total - done) / perSecond)} left` : '';
  return `${percent} %, ${grouped(done)} of ${grouped(total)} ${unit}, ${rate}${left}`;
}
