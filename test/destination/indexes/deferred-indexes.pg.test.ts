import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OperatorError } from '../../../src/common/operator-error.js';
import { deferIndexes, refuseWithoutRights } from '../../../src/destination/indexes/deferred-indexes.js';
import type { Connection } from '../../../src/pg/connection.js';
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import { SECONDARY_INDEXES } from '../../../src/schema/objects.js';
import { createWaitingList, dropWaitingList, readWaitingList } from '../../../src/schema/waiting-list.js';
import { TestRoles } from '../../support/databases/test-roles.js';
import { connectTo, createDestination } from '../../support/postgres/databases.js';
import { sharedServer } from '../../support/postgres/shared-server.js';
import { until } from '../../support/until.js';

const LIST = 'public.slate_deferred_indexes';
const INDEX = { name: 'by ts', definition: 'CREATE INDEX "by ts" ON public.events USING btree (ts)' };

let params: ConnectionParams;
let owner: Connection;
let roles: TestRoles;

beforeEach(async () => {
  params = await createDestination(sharedServer());
  owner = await connectTo(params);
  roles = new TestRoles(owner, params);
});
afterEach(async () => {
  await roles[Symbol.asyncDispose]();
  await owner[Symbol.asyncDispose]();
});

async function indexes(): Promise<string[]> {
  const rows = await owner.query<{ name: string }>(
    `SELECT relname AS name FROM pg_index JOIN pg_class c ON c.oid = indexrelid
      WHERE indrelid = 'public.events'::regclass AND NOT indisprimary ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

async function hasList(): Promise<boolean> {
  const [row] = await owner.query<{ has: boolean }>('SELECT to_regclass($1) IS NOT NULL AS has', [LIST]);
  return row?.has === true;
}

/** The error with which something was refused. */
async function refusal(doing: Promise<unknown>): Promise<OperatorError> {
  const error = await doing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof OperatorError) return error;
  throw new Error('expected an OperatorError', { cause: error });
}

describe('indexes are deferred', () => {
  it('by taking them off and listing how to make them again, in one transaction', async () => {
    await owner.query(INDEX.definition);
    const { indexes: deferred, kept } = await deferIndexes(owner);
    expect(deferred.map(({ name }) => name)).toEqual([INDEX.name, ...SECONDARY_INDEXES].sort());
    expect(deferred[0]).toMatchObject(INDEX);
    expect(kept).toEqual([]);
    expect(await indexes()).toEqual([]);
    const listed = await readWaitingList(owner);
    expect(listed.unused).toBeUndefined();
    expect(listed.indexes.map(({ name, definition }) => ({ name, definition }))).toEqual(
      deferred.map(({ name, definition }) => ({ name, definition })),
    );
  });

  it('but for those that must stay, and there is no list if all must', async () => {
    const rest = SECONDARY_INDEXES.filter((name) => name !== 'events_ts');
    await owner.query(`DROP INDEX ${rest.join()}; COMMENT ON INDEX events_ts IS 'needed'`);
    expect(await deferIndexes(owner)).toEqual({
      indexes: [],
      kept: [{ index: 'events_ts', because: 'it has a comment' }],
    });
    expect(await indexes()).toEqual(['events_ts']);
    expect(await hasList()).toBe(false);
  });

  it('only while the table is empty', async () => {
    await owner.query(`INSERT INTO events VALUES (1, now(), '{}')`);
    const { message, hint } = await refusal(deferIndexes(owner));
    expect(message).toBe(`Indexes of ${owner.where} are not deferred, because its table is not empty.`);
    expect(hint).toBeUndefined();
    expect(await indexes()).toEqual([...SECONDARY_INDEXES].sort());
    expect(await hasList()).toBe(false);
  });

  it('only if it is still empty when all who write to it have ended', async () => {
    await using writer = await connectTo(params);
    await writer.query(`BEGIN; INSERT INTO events VALUES (1, now(), '{}')`);
    const deferring = refusal(deferIndexes(owner));
    await until('the indexes wait for the writer', async () => {
      const waiting = await writer.query('SELECT FROM pg_locks WHERE NOT granted AND pid = $1', [
        owner.backendPid,
      ]);
      return waiting.length > 0;
    });
    await writer.query('COMMIT');
    expect((await deferring).message).toContain('not empty');
    expect(await indexes()).toEqual([...SECONDARY_INDEXES].sort());
  });

  it.each([
    ['', '', 'own table "events" and CREATE in schema "public"'],
    ['', 'GRANT CREATE ON SCHEMA public TO "$"', 'own table "events"'],
    [
      'ALTER TABLE events OWNER TO "$"; REVOKE CREATE ON SCHEMA public FROM PUBLIC',
      '',
      'CREATE in schema "public"',
    ],
  ])('by whoever may build them again: with %j%j a role lacks %s', async (ownership, grant, lacking) => {
    const name = await roles.create('builder');
    await owner.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
    for (const sql of [ownership, grant]) if (sql !== '') await owner.query(sql.replace('$', name));
    await using connection = await connectTo(roles.in('builder'));
    const { message, hint } = await refusal(refuseWithoutRights(connection));
    expect(message).toBe(`Cannot defer the indexes of ${connection.where}: the role must ${lacking}.`);
    expect(hint).toBe('Grant this to the role, or switch deferIndexes off. Nothing was changed.');
    await owner.query(`ALTER TABLE events OWNER TO CURRENT_USER`);
  });

  it('by the owner of the table, and by its members', async () => {
    await expect(refuseWithoutRights(owner)).resolves.toBeUndefined();
    const name = await roles.create('group');
    await roles.create('member', `IN ROLE "${name}"`);
    await owner.query(`ALTER TABLE events OWNER TO "${name}"; GRANT CREATE ON SCHEMA public TO "${name}"`);
    await using member = await connectTo(roles.in('member'));
    await expect(refuseWithoutRights(member)).resolves.toBeUndefined();
    await owner.query('ALTER TABLE events OWNER TO CURRENT_USER');
  });
});

describe('the list of deferred indexes', () => {
  it('is empty where there is none', async () => {
    expect(await readWaitingList(owner)).toEqual({ indexes: [] });
  });

  it('replaces an older one, and goes away when all are built, also twice', async () => {
    await createWaitingList(owner, [{ name: 'old', definition: 'old' }]);
    await createWaitingList(owner, [INDEX]);
    expect((await readWaitingList(owner)).indexes).toMatchObject([INDEX]);
    await dropWaitingList(owner);
    await dropWaitingList(owner);
    expect(await hasList()).toBe(false);
  });

  it('is nobody else’s to write, whatever rights new tables are given', async () => {
    const name = await roles.create('a role');
    await owner.query(`ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC, "${name}"`);
    try {
      await createWaitingList(owner, [INDEX]);
      expect(await readWaitingList(owner)).toMatchObject({ indexes: [INDEX] });
      const grants = await owner.query(
        'SELECT FROM pg_class, aclexplode(relacl) WHERE oid = to_regclass($1) AND grantee <> relowner',
        [LIST],
      );
      expect(grants).toEqual([]);
    } finally {
      await owner.query(`ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM PUBLIC, "${name}"`);
    }
  });

  it('is not read where another role made it', async () => {
    const stranger = await roles.create('stranger');
    await owner.query(`GRANT CREATE ON SCHEMA public TO "${stranger}"`);
    await roles.run('stranger', `CREATE TABLE ${LIST} (name text PRIMARY KEY, definition text NOT NULL)`);
    const { indexes: read, unused } = await readWaitingList(owner);
    expect(read).toEqual([]);
    expect(unused).toMatchObject({
      message: `${LIST} belongs to role "${stranger}", which neither runs this replicator nor owns events. It is not read.`,
      hint: `If --defer-indexes left it, start the replicator once as role "${stranger}". Otherwise drop the table.`,
    });
  });

  it('is not read where it is another thing', async () => {
    await createWaitingList(owner, [INDEX]);
    await owner.query(`ALTER TABLE ${LIST} ADD x int`);
    expect(await readWaitingList(owner)).toMatchObject({
      indexes: [],
      unused: {
        message: `${LIST} is not the table that the replicator creates.`,
        hint: `Find out who changed it, then drop ${LIST}.`,
        findings: [
          {
            problem: `${LIST} is not the table that the replicator creates.`,
            mend: [`DROP TABLE ${LIST};`],
          },
        ],
      },
    });
  });

  it('is not read where others may write to it', async () => {
    await createWaitingList(owner, [INDEX]);
    await owner.query(`GRANT UPDATE ON ${LIST} TO PUBLIC`);
    expect(await readWaitingList(owner)).toMatchObject({
      indexes: [],
      unused: {
        message: `Roles other than "${params.user}" and "${params.user}" may write to table ${LIST}. It is not read.`,
        hint: `Find out who changed it, then drop ${LIST}.`,
      },
    });
  });

  it('is not used where it holds anything but indexes on events of these names', async () => {
    await createWaitingList(owner, [INDEX, { name: 'other', definition: INDEX.definition }]);
    expect(await readWaitingList(owner)).toMatchObject({
      indexes: [],
      unused: {
        message: `The definition of "other" in table ${LIST} does not define an index on events.`,
        hint: `Find out who wrote it, then run DROP TABLE ${LIST};`,
      },
    });
  });

  it.each([
    ['read nor build', ''],
    ['build', `GRANT SELECT ON ${LIST} TO "$"`],
  ])('is for another role to use where this one may not %s', async (_, grant) => {
    const reader = await roles.create('reader');
    await createWaitingList(owner, [INDEX]);
    if (grant !== '') await owner.query(grant.replace('$', reader));
    await using connection = await connectTo(roles.in('reader'));
    expect(await readWaitingList(connection)).toMatchObject({
      indexes: [],
      unused: {
        message: `Table ${LIST} lists indexes that are still to be built, and this role may not build them.`,
        hint: `Start the replicator once as role "${params.user}".`,
      },
    });
  });

  it('is for a member of both roles where one owns the list and another one the events', async () => {
    const [lister, eventer] = [await roles.create('lister'), await roles.create('eventer')];
    await createWaitingList(owner, [INDEX]);
    await owner.query(`ALTER TABLE ${LIST} OWNER TO "${lister}"; ALTER TABLE events OWNER TO "${eventer}"`);
    await using connection = await connectTo(roles.in('lister'));
    expect((await readWaitingList(connection)).unused?.hint).toBe(
      `Start the replicator once as a role that is a member of "${lister}" and "${eventer}".`,
    );
    await owner.query('ALTER TABLE events OWNER TO CURRENT_USER');
  });
});
