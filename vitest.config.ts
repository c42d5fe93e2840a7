import { defineConfig } from 'vitest/config';

const withDatabase = 'test/**/*.pg.test.ts';
const timeouts = { testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ['default', './test/support/skip-reasons.ts'],
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: [withDatabase], ...timeouts } },
      {
        test: {
          name: 'postgres',
          include: [withDatabase],
          globalSetup: ['test/support/postgres/global-setup.ts'],
          ...timeouts,
        },
      },
    ],
  },
});
