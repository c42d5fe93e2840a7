/** What the demo does next. */
export function heading(text: string): void {
  process.stdout.write(`\n● ${text}\n`);
}

/** Lines under a heading. */
export function say(text: string): void {
  process.stdout.write(`${text.trimEnd().replace(/^(?=.)/gm, '  ')}\n`);
}

/** A count for people: `12,345`. */
export function grouped(value: number | bigint): string {
  return value.toLocaleString('en-US');
}

/** Columns as wide as their widest cell; the first is aligned to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join('  ')).join('\n');
}
