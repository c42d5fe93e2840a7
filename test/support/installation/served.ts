import type { HttpConfig } from '../../../src/config/http-options.js';

/** Serves the state at a free port. */
export const SERVED: HttpConfig = { port: 0, host: '127.0.0.1', stallSeconds: 300, stallEvents: 1_000 };
