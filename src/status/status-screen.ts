import { Terminal } from '../cli/terminal.js';
import { cutOff } from '../cli/text-width.js';
import { printable } from '../common/printable.js';
import { statusDocument } from './status-json.js';
import type { StatusReport } from './status-report.js';
import { statusLines } from './status-text.js';

/** Where reports are shown. */
export interface StatusScreen {
  /** Prints one report. */
  print(report: StatusReport): void;
  /** Shows a report in place of the one before, or behind it where nothing can be redrawn. */
  update(report: StatusReport): void;
}

/** Rows of a watched terminal that are not for destinations: source, head, verdict and a few remarks. */
const OTHER_ROWS = 8;

/** Shows reports on standard output, as tables or as JSON. */
export function openScreen({ json }: { readonly json?: boolean }): StatusScreen {
  return json ? jsonScreen() : tableScreen();
}

/** One document. With `update` each is one line, so that a reader can tell them apart. */
function jsonScreen(): StatusScreen {
  const write = (report: StatusReport, indent?: number) =>
    process.stdout.write(`${JSON.stringify(statusDocument(report), null, indent)}\n`);
  return { print: (report) => write(report, 2), update: (report) => write(report) };
}

function tableScreen(): StatusScreen {
  const terminal = new Terminal();
  // A pipe has no width.
  const columns = () => (process.stdout.isTTY ? terminal.columns : Number.POSITIVE_INFINITY);
  const print = (report: StatusReport) => terminal.print(statusLines(report, { columns: columns() }));
  const update = (report: StatusReport) => {
    if (terminal.canRedraw) process.stdout.write(screenful(report, terminal.columns, terminal.rows));
    else terminal.print([report.at.toISOString(), ...statusLines(report, { columns: columns() }), '']);
  };
  return { print, update };
}

/** Draws over what stands there, line by line, so that nothing flickers. */
function screenful(report: StatusReport, columns: number, rows: number): string {
  const most = Math.max(1, rows - OTHER_ROWS);
  const lines = [report.at.toTimeString().slice(0, 8), ...statusLines(report, { columns, most })];
  const fitting = lines.length < rows ? lines : [...lines.slice(0, rows - 2), ...lines.slice(-1)];
  const drawn = fitting.map((line) => `${cutOff(printable(line), columns)}\u001b[K\n`);
  return `\u001b[H${drawn.join('')}\u001b[J`;
}
