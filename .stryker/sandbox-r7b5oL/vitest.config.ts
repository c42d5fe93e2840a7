// @ts-nocheck
import { defineConfig } from 'vitest/config';

const withDatabase = 'test/**/*.pg.test.ts';
const refusesStaleBuild = 'test/support/refuse-stale-build.ts';
const timeouts = { testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ['default', './test/support/skip-reasons.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [withDatabase],
          globalSetup: [refusesStaleBuild],
          ...timeouts,
        },
      },
      {
        test: {
          name: 'postgres',
          include: [withDatabase],
          globalSetup: [refusesStaleBuild, 'test/support/postgres/global-setup.ts'],
          ...timeouts,
        },
      },
    ],
  },
});
