/** Runs only the tests of the parts that decide: for their coverage, and for the mutants that Stryker makes. */
import { defineConfig } from 'vitest/config';
import parts from './parts.json' with { type: 'json' };

const withDatabase = '**/*.pg.test.ts';
/** These run what was built, so neither coverage nor a mutant shows in them. */
const exclude = parts.testsOfBuild;
const timeouts = { testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: parts.tests.map((name) => `${name}.test.ts`),
          exclude: [...exclude, withDatabase],
          ...timeouts,
        },
      },
      {
        test: {
          name: 'postgres',
          include: parts.tests.map((name) => `${name}.pg.test.ts`),
          exclude,
          globalSetup: ['test/support/postgres/global-setup.ts'],
          ...timeouts,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: parts.sources,
      reporter: ['text'],
      thresholds: { perFile: true, branches: 100 },
    },
  },
});
