// @ts-nocheck
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { upgradeSource } from '../../src/init-db/upgrade-source.js';
import type { Connection } from '../../src/pg/connection.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { createOriginalSource, giveFunctions, giveTables } from '../support/databases/original-source.js';
import { TestRoles } from '../support/databases/test-roles.js';
import { connectTo } from '../support/postgres/databases.js';
import { startPostgres } from '../support/postgres/server.js';
import { sharedServer } from '../support/postgres/shared-server.js';

let params: ConnectionParams;
let source: Connection;
let roles: TestRoles;

beforeEach(async () => {
  params = await createOriginalSource(sharedServer());
  source = await connectTo(params);
  roles = new TestRoles(source, params);
});
afterEach(async () => {
  await roles[Symbol.asyncDispose]();
  await source[Symbol.asyncDispose]();
});

const INSERT = "SELECT public.insert_events('($1[1], $2, ''{}'')')";
const APPEND = "SELECT public.append_events('{1}')";

/** What a role must be granted to append to a source of the original. */
function grantTables(to: string): Promise<unknown> {
  return source.query(`GRANT INSERT ON events TO ${to}; GRANT SELECT, UPDATE ON id TO ${to}`);
}

async function upgrade(as: ConnectionParams = params) {
  return upgradeSource(as, { connectTimeoutMs: 15_000 });
}

/** Short names of the roles that the rights of a function name. */
async function namedFor(routine: string): Promise<string[]> {
  const rows = await source.query<{ role: string }>(
    `SELECT pg_get_userbyid(grantee) AS role FROM pg_proc, aclexplode(proacl) WHERE proname = $1 AND grantee <> proowner ORDER BY 1`,
    [routine],
  );
  return rows.map(({ role }) => role.replace(roles.name(''), ''));
}

describe('a role that could append to a source of the original still can after an upgrade:', () => {
  const SETUPS: Record<string, { setUp: () => Promise<unknown>; granted: string[]; as?: string }> = {
    'granted by name': {
      setUp: async () => grantTables(`"${await roles.create('writer')}"`),
      granted: ['writer'],
    },
    'as a member of a role': {
      setUp: async () => {
        const group = await roles.create('group');
        await grantTables(`"${group}"`);
        await roles.create('writer', `IN ROLE "${group}"`);
      },
      granted: ['group'],
    },
    'as a member that must take the role first': {
      setUp: async () => {
        const group = await roles.create('group');
        await grantTables(`"${group}"`);
        await roles.create('writer', `NOINHERIT IN ROLE "${group}"`);
      },
      granted: ['group'],
      as: 'group',
    },
    'as a member of two roles that have half of the rights each': {
      setUp: async () => {
        const [inserting, counting] = [await roles.create('inserting'), await roles.create('counting')];
        await source.query(
          `GRANT INSERT ON events TO "${inserting}"; GRANT SELECT, UPDATE ON id TO "${counting}"`,
        );
        await roles.create('writer', `IN ROLE "${inserting}", "${counting}"`);
      },
      granted: ['writer'],
    },
    'where EXECUTE had been granted by name already': {
      setUp: async () => {
        const [writer, other] = [await roles.create('writer'), await roles.create('other')];
        await grantTables(`"${writer}", "${other}"`);
        await source.query(
          `REVOKE EXECUTE ON FUNCTION insert_events FROM PUBLIC; GRANT EXECUTE ON FUNCTION insert_events TO "${writer}"`,
        );
      },
      granted: ['writer'],
    },
    'where new functions are for nobody by default': {
      setUp: async () => {
        await grantTables(`"${await roles.create('writer')}"`);
        await source.query('ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC');
      },
      granted: ['writer'],
    },
    'where insert_events had been made to run as its owner': {
      setUp: async () => {
        await roles.create('writer');
        await source.query(
          `ALTER FUNCTION insert_events SECURITY DEFINER; REVOKE EXECUTE ON FUNCTION insert_events FROM PUBLIC;
           GRANT EXECUTE ON FUNCTION insert_events TO "${roles.name('writer')}"`,
        );
      },
      granted: ['writer'],
    },
    'where somebody else owns the functions': {
      setUp: async () => {
        const [writer, maker] = [await roles.create('writer'), await roles.create('maker')];
        await grantTables(`"${writer}"`);
        for (const routine of [
          'insert_events',
          'restore_events',
          'notify_event_insert',
          'filter_sql_command',
        ]) {
          await source.query(`ALTER FUNCTION ${routine} OWNER TO "${maker}"`);
        }
      },
      granted: ['writer'],
    },
    'where a role that is no superuser owns all': {
      setUp: async () => {
        const [writer, owner] = [await roles.create('writer'), await roles.create('owner')];
        await giveTables(source, owner);
        for (const routine of [
          'insert_events',
          'restore_events',
          'notify_event_insert',
          'filter_sql_command',
        ]) {
          await source.query(`ALTER FUNCTION ${routine} OWNER TO "${owner}"`);
        }
        await grantTables(`"${writer}"`);
      },
      granted: ['writer'],
    },
  };

  test.each(Object.entries(SETUPS))('%s', async (_, { setUp, granted, as }) => {
    await setUp();
    const become = as === undefined ? [] : [`SET ROLE "${roles.name(as)}"`];
    await roles.run('writer', ...become, INSERT);
    const { grantedTo } = await upgrade();
    expect(grantedTo).toEqual(granted.map((role) => roles.name(role)));
    expect(await namedFor('append_events')).toEqual(granted);
    expect(await roles.run('writer', ...become, INSERT)).toEqual([{ insert_events: 1 }]);
    await roles.run('writer', ...become, APPEND);
    expect(await upgrade()).toEqual({ changed: false, grantedTo: [] });
  });
});

test('a role that has the rights on single columns is granted EXECUTE too', async () => {
  const writer = await roles.create('writer');
  await source.query(
    `GRANT INSERT (id, ts, event) ON events TO "${writer}"; GRANT SELECT (id), UPDATE (id) ON id TO "${writer}"`,
  );
  expect(await upgrade()).toEqual({ changed: true, grantedTo: [writer] });
});

test('where PUBLIC has the rights, every role of the server is granted EXECUTE by name', async () => {
  await using server = await startPostgres();
  const own = await createOriginalSource(server);
  await using admin = await connectTo(own);
  await using ownRoles = new TestRoles(admin, own);
  const writer = await ownRoles.create('writer');
  await admin.query('GRANT INSERT ON events TO PUBLIC; GRANT SELECT, UPDATE ON id TO PUBLIC');
  expect(await upgrade(own)).toEqual({ changed: true, grantedTo: [writer] });
  await admin.query('REVOKE ALL ON events, id FROM PUBLIC');
  expect(await ownRoles.run('writer', INSERT)).toEqual([{ insert_events: 1 }]);
});

test('after an upgrade a writer no longer needs its rights on the tables', async () => {
  const writer = await roles.create('writer');
  await grantTables(`"${writer}"`);
  await upgrade();
  await source.query(`REVOKE ALL ON events, id FROM "${writer}"`);
  expect(await roles.run('writer', INSERT)).toEqual([{ insert_events: 1 }]);
  await expect(roles.run('writer', "INSERT INTO events VALUES (9, now(), '{}')")).rejects.toThrow('denied');
});

test('who could not append before an upgrade cannot afterwards', async () => {
  const [half] = [await roles.create('half'), await roles.create('stranger')];
  await source.query(`GRANT INSERT, SELECT ON events TO "${half}"; GRANT SELECT ON id TO "${half}"`);
  expect(await upgrade()).toEqual({ changed: true, grantedTo: [] });
  for (const role of ['half', 'stranger']) {
    await expect(roles.run(role, INSERT)).rejects.toThrow('permission denied for function insert_events');
    await expect(roles.run(role, APPEND)).rejects.toThrow('permission denied for function append_events');
  }
});

test('a role that lost EXECUTE does not get it back by an upgrade, though it has rights on the tables', async () => {
  const writer = await roles.create('writer');
  await grantTables(`"${writer}"`);
  await upgrade();
  await source.query(`REVOKE EXECUTE ON FUNCTION append_events, insert_events FROM "${writer}"`);
  await source.query('ALTER FUNCTION notify_event_insert RESET search_path');
  expect(await upgrade()).toEqual({ changed: true, grantedTo: [] });
});

describe('append_events runs as the owner of events:', () => {
  test('where a superuser upgrades, and where the table has changed hands since', async () => {
    const ownerOf = `SELECT pg_get_userbyid(proowner) AS owner FROM pg_proc WHERE proname = 'append_events'`;
    for (const short of ['owner', 'heir']) {
      const owner = await roles.create(short);
      await giveTables(source, owner);
      expect(await upgrade()).toMatchObject({ changed: true });
      expect(await source.query(ownerOf)).toEqual([{ owner }]);
    }
    await source.query(APPEND);
  });
});

test('a role that is no superuser and owns a source upgrades it', async () => {
  const owner = await roles.create('owner');
  await giveTables(source, owner);
  await giveFunctions(source, owner);
  expect(await upgrade(roles.in('owner'))).toEqual({ changed: true, grantedTo: [] });
  await roles.run('owner', APPEND, INSERT);
});
