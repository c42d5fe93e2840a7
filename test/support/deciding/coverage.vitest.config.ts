import { defineConfig } from 'vitest/config';
import { postgres, sources, unit } from './projects.js';

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [unit, postgres],
    coverage: {
      provider: 'v8',
      include: sources,
      reporter: ['text'],
      thresholds: { perFile: true, branches: 100 },
    },
  },
});
