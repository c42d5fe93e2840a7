// @ts-nocheck
const LONGEST_SILENCE_MS = 1_500;
const LOOK_INTERVAL_MS = 100;

let beganAtMs = 0;
let printedAtMs = 0;

/** What the demo does next. */
export function heading(text: string): void {
  beganAtMs = performance.now();
  print(`\n● ${text}\n`);
}

/** Lines under a heading. */
export function say(text: string): void {
  print(`${text.trimEnd().replace(/^(?=.)/gm, '  ')}\n`);
}

/** Until it is disposed of, tells that a step still goes on when nothing else was printed for a while. */
export function breakSilence(): Disposable {
  const timer = setInterval(() => {
    const nowMs = performance.now();
    if (nowMs - printedAtMs < LONGEST_SILENCE_MS) return;
    say(`still at it after ${((nowMs - beganAtMs) / 1000).toFixed(0)} s`);
  }, LOOK_INTERVAL_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function print(text: string): void {
  printedAtMs = performance.now();
  process.stdout.write(text);
}

/** Columns as wide as their widest cell; the first is aligned to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join('  ')).join('\n');
}
