// @ts-nocheck
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
});
