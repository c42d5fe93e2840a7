// @ts-nocheck
import { textWidth } from './text-width.js';

/**
 * Lines of a table, its columns as wide as their widest cell. Columns of numbers are aligned to the right.
 * @param most where a line would be longer, the first cell of each row gets a line of its own.
 */
export function tableLines(rows: readonly (readonly string[])[], most: number): string[] {
  const lines = aligned(rows);
  if (lines.every((line) => textWidth(line) <= most)) return lines;
  const others = aligned(rows.map(([, ...cells]) => cells));
  return rows.flatMap(([first = ''], index) => [first, `  ${others[index]}`]);
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => textWidth(row[column] ?? ''))));
  const isNumeric = head.map((_, column) =>
    body.every((row) => /^[\d,.]*( [KMGT]iB| bytes)?$/.test(row[column] ?? '')),
  );
  const cell = (text: string, column: number) => {
    const space = ' '.repeat((widths[column] ?? 0) - textWidth(text));
    return isNumeric[column] ? space + text : text + space;
  };
  return rows.map((row) => row.map(cell).join('  ').trimEnd());
}
