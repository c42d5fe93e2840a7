import cliProgress from 'cli-progress';

const [SHORTEST, LONGEST] = [8, 30];

/**
 * A bar in at most so many columns; empty if there are too few. Only the bar comes from the package: its own
 * display of several bars writes over log lines, and does not know how many rows the terminal has.
 */
export function barText(fraction: number, columns: number): string {
  if (columns < SHORTEST) return '';
  const barsize = Math.min(columns, LONGEST);
  const [complete, incomplete] = isUtf8() ? ['█', '░'] : ['#', '.'];
  return cliProgress.Format.BarFormat(Math.min(1, Math.max(0, fraction)), {
    barsize,
    barCompleteString: complete.repeat(barsize),
    barIncompleteString: incomplete.repeat(barsize),
    barGlue: '',
  });
}

/** Whether the terminal shows UTF-8, by libc's rules. */
function isUtf8(): boolean {
  const { LC_ALL, LC_CTYPE, LANG } = process.env;
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}
