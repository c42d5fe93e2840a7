import { clearLine, cursorTo } from 'node:readline';

type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

export interface ProgressOptions {
  /** What is being done: 'comparing'. */
  readonly label: string;
  /** What is counted: 'events'. */
  readonly unit: string;
  /** How many there will be; absent: nobody knows yet. */
  readonly total?: number;
  /** Where the line goes; default stderr. */
  readonly output?: Output;
  /** A clock in milliseconds; default `performance.now`. */
  readonly nowMs?: () => number;
}

/** A line that is written over and over; disposing it wipes it. */
export interface Progress extends Disposable {
  /** So many are done by now, of so many where that became known meanwhile. Cheap: it is drawn at most five times a second. */
  update(done: number, total?: number): void;
}

const REDRAW_MS = 200;

/** Shows progress as one line on a terminal, at a rate that counts from now on; where the output is none, it does nothing. */
export function createProgress(options: ProgressOptions): Progress {
  const { output = process.stderr, nowMs = () => performance.now() } = options;
  if (!output.isTTY) return { update() {}, [Symbol.dispose]() {} };
  const startedMs = nowMs();
  let drawnMs = Number.NEGATIVE_INFINITY;
  return {
    update(done, total) {
      if (nowMs() - drawnMs < REDRAW_MS) return;
      drawnMs = nowMs();
      const counted = total === undefined ? options : { ...options, total };
      rewrite(output, progressLine(counted, done, drawnMs - startedMs));
    },
    [Symbol.dispose]() {
      rewrite(output, '');
    },
  };
}

/** `comparing: 45 %, 450,000 of 1,000,000 events, 52,000/s, 0:11 left` */
export function progressLine(options: ProgressOptions, done: number, elapsedMs: number): string {
  const { label, unit, total } = options;
  const perSecond = elapsedMs > 0 ? (done * 1000) / elapsedMs : 0;
  const rate = `${grouped(Math.round(perSecond))}/s`;
  if (total === undefined) return `${label}: ${grouped(done)} ${unit}, ${rate}`;
  const percent = done < total ? Math.floor((100 * done) / total) : 100;
  const left = perSecond > 0 ? `, ${clock(Math.max(0, total - done) / perSecond)} left` : '';
  return `${label}: ${percent} %, ${grouped(done)} of ${grouped(total)} ${unit}, ${rate}${left}`;
}

function rewrite(output: Output, line: string): void {
  cursorTo(output, 0);
  clearLine(output, 0);
  output.write(line.slice(0, Math.max(0, (output.columns || 80) - 1)));
}

/** `1:02:05`, `2:05` */
function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}
