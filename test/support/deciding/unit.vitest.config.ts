import { defineConfig } from 'vitest/config';
import { unit } from './projects.js';

export default defineConfig({ test: { projects: [unit] } });
