import { defineConfig } from 'vitest/config';
import { postgres } from './projects.js';

export default defineConfig({ test: { projects: [postgres] } });
