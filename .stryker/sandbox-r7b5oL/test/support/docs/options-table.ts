// @ts-nocheck
import { CONNECTION_FIELDS } from '../../../src/config/connection-options.js';
import type { Option } from '../../../src/config/option.js';
import { COMMAND_KEYS, OPTIONS } from '../../../src/config/options.js';
import { SSL_FIELDS } from '../../../src/config/ssl-options.js';

type Described = Pick<Option<unknown>, 'type' | 'default' | 'required' | 'description'>;

/** The keys of a configuration file, of a connection and of its `ssl`, as Markdown tables for docs/configuration.md. */
export function optionsMarkdown(): string {
  return [
    table(['key', 'type', 'default', 'limits', 'read by', 'meaning'], optionRows()),
    'Why raise it, why lower it:',
    table(['key', 'why raise it, or choose another word', 'why lower it, or keep the default'], adviceRows()),
    'A connection:',
    table(['field', 'type', 'default', 'meaning'], fieldRows(CONNECTION_FIELDS)),
    'Its `ssl`, where more than a mode is needed (files are relative to the configuration file):',
    table(['field', 'type', 'default', 'meaning'], fieldRows(SSL_FIELDS)),
  ].join('\n\n');
}

const ALL_OPTIONS: readonly [string, Option<unknown>][] = Object.entries(OPTIONS);

function optionRows(): string[][] {
  return ALL_OPTIONS.map(([key, option]) => {
    const [name = '', type = '', fallback = '', meaning = ''] = fieldRow(key, option);
    return [name, type, fallback, limits(option), commandsOf(key), meaning];
  });
}

/** What is required leaves no choice. */
function adviceRows(): string[][] {
  return ALL_OPTIONS.flatMap(([key, { whyRaise, whyLower }]) =>
    whyRaise === undefined || whyLower === undefined ? [] : [[`\`${key}\``, whyRaise, whyLower]],
  );
}

function fieldRows(fields: Readonly<Record<string, Described>>): string[][] {
  return Object.entries(fields).map(([key, field]) => fieldRow(key, field));
}

function fieldRow(key: string, row: Described): string[] {
  return [`\`${key}\``, row.type, row.required ? 'required' : (row.default ?? ''), row.description];
}

function limits({ minimum, maximum, raisesToMinimum, unit }: Option<unknown>): string {
  const low = minimum === undefined ? '' : `≥ ${minimum}${raisesToMinimum ? ' (less is raised to it)' : ''}`;
  const high = maximum === undefined ? '' : `≤ ${maximum}`;
  return [low, high].filter(Boolean).join(', ') + (unit === undefined ? '' : ` ${unit}`);
}

function commandsOf(key: string): string {
  const commands = Object.entries(COMMAND_KEYS).filter(([, keys]) => keys.some((name) => name === key));
  return commands.length === Object.keys(COMMAND_KEYS).length
    ? 'all'
    : commands.map(([name]) => `\`${name}\``).join(', ');
}

function table(head: readonly string[], rows: readonly string[][]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
