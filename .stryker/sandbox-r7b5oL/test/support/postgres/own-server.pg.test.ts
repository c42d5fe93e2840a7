// @ts-nocheck
import { afterEach, expect, test, vi } from 'vitest';
import { connectTo } from './databases.js';
import { startPostgres } from './server.js';

afterEach(() => vi.unstubAllEnvs());

test('a server of our own comes back with its data, at its port, after each kind of end', async () => {
  await using server = await startPostgres();
  const count = async (sql: string) => {
    await using connection = await connectTo(server.params('postgres'));
    return (await connection.query(sql)).length;
  };
  await count('CREATE TABLE kept AS SELECT 1 AS row');
  for (const end of [() => server.stop(), () => server.stop('immediate'), () => server.kill()]) {
    await end();
    await expect(count('SELECT FROM kept')).rejects.toThrow(/Cannot connect/);
    await server.start();
    expect(await count('SELECT FROM kept')).toBe(1);
  }
});

test('two servers of our own have settings and databases of their own', async () => {
  await using one = await startPostgres({ settings: { work_mem: '5MB' } });
  await using other = await startPostgres();
  const workMem = async (server: typeof one) => {
    await using connection = await connectTo(server.params('postgres'));
    return await connection.query("SELECT current_setting('work_mem') AS value");
  };
  expect(await workMem(one)).toEqual([{ value: '5MB' }]);
  expect(await workMem(other)).toEqual([{ value: '4MB' }]);
});

test('a wrong SLATE_POSTGRES, or an image where no container is asked for, is named', async () => {
  vi.stubEnv('SLATE_POSTGRES_IMAGE', 'postgres:12-alpine');
  vi.stubEnv('SLATE_POSTGRES', '');
  await expect(startPostgres()).rejects.toThrow('SLATE_POSTGRES_IMAGE needs SLATE_POSTGRES=container.');
  vi.stubEnv('SLATE_POSTGRES', 'docker');
  await expect(startPostgres()).rejects.toThrow(
    'SLATE_POSTGRES may be "container" or nothing, not "docker".',
  );
});
