/** Stryker changes the parts that decide, one place at a time; a test must fail. See CONTRIBUTING.md. */
import { createRequire } from 'node:module';

const parts = createRequire(import.meta.url)('./parts.json');

/** @param project `unit` or `postgres`. */
export function strykerConfig(project) {
  return {
    mutate: parts[project].sources,
    testRunner: 'vitest',
    vitest: { configFile: `test/support/deciding/${project}.vitest.config.ts`, related: false },
    coverageAnalysis: 'perTest',
    concurrency: 2,
    incremental: true,
    incrementalFile: `reports/mutants-${project}-incremental.json`,
    jsonReporter: { fileName: `reports/mutants-${project}.json` },
    reporters: ['clear-text', 'json'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    thresholds: { high: 95, low: 85, break: 85 },
    ignorePatterns: ['bench/results', 'reports'],
    tempDirName: '.stryker',
    // No file has this name: Stryker would read it with the compiler, whose version 7 has no API for that.
    tsconfigFile: 'none',
  };
}
