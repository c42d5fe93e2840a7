import { expect, test } from 'vitest';
import { OPTIONS } from '../../src/config/options.js';
import { optionsMarkdown } from '../support/docs/options-table.js';

test('the table has a row for every key, with its default, limits and commands', () => {
  const table = optionsMarkdown();
  for (const key of Object.keys(OPTIONS)) expect(table).toContain(`\n| \`${key}\` | `);
  expect(table).toContain(
    '| `maxEventsPerWrite` | integer | 10000 | ≥ 10000 (less is raised to it) | `slate-replicator` |',
  );
  expect(table).toContain('| `connectTimeout` | integer | 15000 | ≥ 1, ≤ 2147483647 ms | all |');
  expect(table).toContain('| `passwordFile` | string |');
  expect(table).toContain('| `rootCertificate` | file |');
  expect(table).toContain('| `lanes` | integer |');
  expect(table).toContain('| `maxDiffs` | integer |');
  expect(table).toContain("| `onError` | `'exit'`, `'retry'` | `'exit'` |");
  expect(table).toContain('| `deferIndexes` | true or false | false |');
  expect(table).toContain('| `eventSource` | connection | required |');
  expect(table).toContain(
    "| `mode` | `'disable'`, `'prefer'`, `'require'`, `'verify-ca'`, `'verify-full'` | required |",
  );
});
