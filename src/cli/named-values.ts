/** One line for each value, with its name before it. A list has a line for each of its items. */
export function namedValueLines(values: Readonly<Record<string, unknown>>): string[] {
  const width = Math.max(...Object.keys(values).map((name) => name.length));
  return Object.entries(values).flatMap(([name, value]) =>
    [value].flat().map((item, n) => `${(n === 0 ? name : '').padEnd(width)}  ${String(item)}`),
  );
}
