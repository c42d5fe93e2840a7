import type { PostgresOptions } from './postgres-server.js';

/** Made for tests: quick rather than safe against a power cut. */
const DEFAULTS: Readonly<Record<string, string>> = {
  fsync: 'off',
  max_connections: '400',
  shared_buffers: '128MB',
};

/** `-c name=value` for every setting: the defaults, then the caller's, then the ones that bind. */
export function settingArguments(
  options: PostgresOptions,
  binding: Readonly<Record<string, string>>,
): string[] {
  const settings = { ...DEFAULTS, ...options.settings, ...binding };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
