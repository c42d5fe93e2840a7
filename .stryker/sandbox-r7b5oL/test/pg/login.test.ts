// @ts-nocheck
import { homedir, userInfo } from 'node:os';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { userOf } from '../../src/pg/login.js';
import { resolveTls } from '../../src/pg/resolve-tls.js';

/** As in a container that runs with any uid: the system knows no user of that number. */
vi.mock('node:os', async (load) => {
  const os = await load<typeof import('node:os')>();
  const unknown = () => {
    throw Object.assign(new Error('A system error occurred: uv_os_get_passwd returned ENOENT'), {
      code: 'ERR_SYSTEM_ERROR',
    });
  };
  return { ...os, userInfo: unknown, homedir: unknown };
});

describe('a user that the system has no name for', () => {
  beforeEach(() => {
    for (const name of ['PGUSER', 'PGSSLMODE', 'PGSSLROOTCERT', 'PGSSLCERT', 'PGSSLKEY'])
      vi.stubEnv(name, '');
    expect(() => userInfo()).toThrow();
    expect(() => homedir()).toThrow();
  });

  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test('connects as the user that is given, or in PGUSER', () => {
    expect(userOf({ user: 'me' })).toBe('me');
    vi.stubEnv('PGUSER', 'you');
    expect(userOf({})).toBe('you');
  });

  test('is told to give one where nobody names one', () => {
    expect(() => userOf({})).toThrow(
      expect.objectContaining({
        name: 'ConfigurationError',
        message: expect.stringContaining('has no name on this system'),
        hint: expect.stringMatching(/Give user .* PGUSER/),
      }),
    );
  });

  test('has no folder with certificates, which is no mistake', () => {
    expect(resolveTls({})).toEqual({ tls: { mode: 'prefer' }, problems: [] });
  });
});
