import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Terminal } from '../../src/cli/terminal.js';
import { Screen } from '../support/commands/screen.js';

beforeEach(() => {
  vi.stubEnv('TERM', 'xterm');
  vi.stubEnv('CI', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const A = { label: 'replica_a', text: '10 %, 1 of 10 events' };
const B = { label: 'replica_b', text: '20 %, 2 of 10 events' };

describe('a terminal', () => {
  test('keeps what it shows below the lines that are printed meanwhile, and wipes it at the end', () => {
    const screen = new Screen();
    {
      using terminal = new Terminal(screen);
      terminal.show([A, B]);
      terminal.print(['first']);
      terminal.show([A]);
      terminal.print(['second', 'third']);
      expect(screen.lines).toEqual(['first', 'second', 'third', 'replica_a: 10 %, 1 of 10 events']);
      terminal.show([B, A]);
      expect(screen.lines.slice(3)).toEqual([B, A].map(({ label, text }) => `${label}: ${text}`));
    }
    expect(screen.lines).toEqual(['first', 'second', 'third']);
  });

  test('that becomes narrower keeps no remains of what was drawn', () => {
    const screen = new Screen(60);
    using terminal = new Terminal(screen);
    terminal.print(['first']);
    terminal.show([A, B]);
    screen.narrow(20);
    terminal.show([B]);
    terminal.print(['second']);
    expect(screen.lines.slice(0, 2)).toEqual(['first', 'second']);
    expect(screen.lines).toHaveLength(3);
  });

  test.each([10, 20, 40, 80])('of %d columns gets one line for each destination, ^C included', (columns) => {
    const screen = new Screen(columns);
    using terminal = new Terminal(screen);
    const label = `a-host-with-a-very-long-name.example.org:5432/${'database_'.repeat(20)}`;
    terminal.show([
      { label: '日本語のデータベース'.repeat(9), text: B.text },
      { ...A, label },
    ]);
    screen.write('^C');
    expect(screen.lines).toHaveLength(2);
  });

  test('shortens the name, not what is said of it', () => {
    const screen = new Screen(60);
    using terminal = new Terminal(screen);
    terminal.show([{ ...A, label: `berlin${'x'.repeat(100)}orders` }]);
    expect(screen.lines).toEqual([expect.stringMatching(/^berlinx+…x+orders: 10 %, 1 of 10 events$/)]);
  });

  test('gets no control character of a name', () => {
    const screen = new Screen();
    using terminal = new Terminal(screen);
    const evil = 'a\u001b]0;title\u0007\u009b2J\u202e\r\nb';
    terminal.show([{ ...A, label: evil }]);
    terminal.print([`${evil}: caught up`]);
    expect(screen.lines).toHaveLength(2);
    expect(screen.lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test.each([
    ['TERM', 'dumb'],
    ['CI', 'true'],
  ])('with %s=%s prints lines and draws nothing over', (name, value) => {
    vi.stubEnv(name, value);
    const screen = new Screen();
    using terminal = new Terminal(screen);
    terminal.show([A]);
    terminal.print(['first']);
    expect(screen.written).toBe('first\n');
  });

  test('writes over the lines that stand there: nothing is wiped before it is drawn again', () => {
    const screen = new Screen();
    using terminal = new Terminal(screen);
    terminal.show([A, B]);
    const drawn = screen.written.length;
    terminal.show([B, A]);
    const [ESCAPE, WIPES_REST_OF_LINE] = ['\u001b[', '\u001b[K'];
    const again = screen.written.slice(drawn);
    expect(again.startsWith(`\r${ESCAPE}1A${B.label}: ${B.text}${WIPES_REST_OF_LINE}\n${A.label}`)).toBe(
      true,
    );
    expect(screen.lines).toEqual([B, A].map(({ label, text }) => `${label}: ${text}`));
    terminal.show([A]);
    expect(screen.lines).toEqual([`${A.label}: ${A.text}`]);
  });

  test('on which somebody presses Enter keeps no remains either', () => {
    const screen = new Screen();
    using terminal = new Terminal(screen);
    terminal.show([A, B]);
    screen.write('\r\n\r\n');
    terminal.movedDown(2);
    terminal.print(['asked']);
    expect(screen.lines).toEqual(['asked', ...[A, B].map(({ label, text }) => `${label}: ${text}`)]);
    terminal.show([B]);
    expect(screen.lines).toEqual(['asked', `${B.label}: ${B.text}`]);
  });
});

describe('a bar', () => {
  const HALF = { ...A, fraction: 0.5 };

  test.each([
    ['LANG', 'de_DE.UTF-8', '█', '░'],
    ['LC_ALL', 'C', '#', '.'],
  ])('stands between the name and the text (%s=%s)', (name, value, complete, incomplete) => {
    for (const each of ['LC_ALL', 'LC_CTYPE', 'LANG']) vi.stubEnv(each, each === name ? value : '');
    const screen = new Screen(80);
    using terminal = new Terminal(screen);
    terminal.show([HALF]);
    const bar = complete.repeat(15) + incomplete.repeat(15);
    expect(screen.lines).toEqual([`replica_a: ${bar} 10 %, 1 of 10 events`]);
  });

  test.each([
    [45, 10],
    [40, 0],
    [20, 0],
  ])('takes the room that there is: of %d columns %d', (columns, width) => {
    vi.stubEnv('LC_ALL', 'C');
    const screen = new Screen(columns);
    using terminal = new Terminal(screen);
    terminal.show([HALF]);
    expect(screen.lines).toHaveLength(1);
    expect(screen.lines.join('').match(/[#.]/g) ?? []).toHaveLength(width);
  });

  test.each([
    [-1, 0],
    [7, 30],
    [Number.NaN, 0],
  ])('of a fraction of %d has %d of 30 columns', (fraction, complete) => {
    vi.stubEnv('LC_ALL', 'C');
    const screen = new Screen(120);
    using terminal = new Terminal(screen);
    terminal.show([{ ...A, fraction }]);
    expect(screen.lines.join('').match(/#/g) ?? []).toHaveLength(complete);
  });
});
