/** Stryker changes the parts that decide, one place at a time; a test must fail. See CONTRIBUTING.md. */
import { createRequire } from 'node:module';

const { sources } = createRequire(import.meta.url)('./parts.json');

export default {
  mutate: sources,
  testRunner: 'vitest',
  vitest: { configFile: 'test/support/deciding/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  incremental: true,
  incrementalFile: 'reports/mutants-incremental.json',
  jsonReporter: { fileName: 'reports/mutants.json' },
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 85, break: 85 },
  ignorePatterns: ['bench/results', 'reports'],
  tempDirName: '.stryker',
  // No file of this name: Stryker would read it with the compiler, whose API version 7 does not have.
  tsconfigFile: 'none',
};
