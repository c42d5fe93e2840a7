/** The tests of the parts that decide, in two projects: with a database and without one. */
import parts from './parts.json' with { type: 'json' };

const timeouts = { testTimeout: 120_000, hookTimeout: 120_000 };

export const sources = [...parts.unit.sources, ...parts.postgres.sources];

export const unit = {
  test: {
    name: 'unit',
    include: parts.unit.tests,
    // They run what was built: neither coverage nor a mutant shows in them.
    exclude: ['**/*.pg.test.ts', ...parts.testsOfBuild],
    ...timeouts,
  },
};

export const postgres = {
  test: {
    name: 'postgres',
    include: parts.postgres.tests,
    globalSetup: ['test/support/postgres/global-setup.ts'],
    ...timeouts,
  },
};
