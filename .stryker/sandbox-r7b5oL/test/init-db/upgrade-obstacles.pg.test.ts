// @ts-nocheck
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { upgradeSource } from '../../src/init-db/upgrade-source.js';
import type { Connection } from '../../src/pg/connection.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import {
  createOriginalSource,
  definitions,
  giveFunctions,
  giveTables,
} from '../support/databases/original-source.js';
import { TestRoles } from '../support/databases/test-roles.js';
import { connectTo } from '../support/postgres/databases.js';
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

describe('an upgrade is refused, with what to do, and changes nothing:', () => {
  const OBSTACLES: Record<
    string,
    { setUp: (owner: string, other: string) => string; says: string; hint: string }
  > = {
    'where a function belongs to somebody else': {
      setUp: (_owner, other) => `ALTER FUNCTION insert_events OWNER TO "${other}"`,
      says: 'function "insert_events" belongs to role "%other"',
      hint: 'Run --upgrade as a superuser or as a member of the roles that own these.',
    },
    'where the table belongs to somebody else': {
      setUp: (_owner, other) =>
        `ALTER TABLE events OWNER TO "${other}"; GRANT ALL ON events TO PUBLIC; GRANT ALL ON id TO "${other}"`,
      says: 'table "events" belongs to role "%other"',
      hint: 'Run --upgrade as a superuser or as a member of the roles that own these.',
    },
    'where the role may not make functions': {
      setUp: (owner) => `REVOKE CREATE ON SCHEMA public FROM PUBLIC, "${owner}"`,
      says: 'role "%owner" may not CREATE in schema public',
      hint: 'GRANT CREATE ON SCHEMA public TO %owner.',
    },
    'where the owner of events may not hand out ids': {
      setUp: (_owner, other) => `ALTER TABLE id OWNER TO "${other}"; GRANT SELECT ON id TO PUBLIC`,
      says: 'role "%owner", which owns table "events", lacks UPDATE ON public.id',
      hint: 'GRANT UPDATE ON public.id TO %owner.',
    },
    'where policies would bind the owner of events': {
      setUp: () =>
        'ALTER TABLE events ENABLE ROW LEVEL SECURITY; ALTER TABLE events FORCE ROW LEVEL SECURITY',
      says: 'row-level security of table "events" also binds its owner, role "%owner"',
      hint: 'Run ALTER TABLE public.events NO FORCE ROW LEVEL SECURITY.',
    },
    'where a trigger of somebody would no longer find its names': {
      setUp: (owner) =>
        `CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; ALTER FUNCTION audit OWNER TO "${owner}";
         CREATE TRIGGER audit AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION audit()`,
      says: 'trigger "audit" of table "events" calls public.audit(), which has no search_path of its own',
      hint: 'Run ALTER FUNCTION public.audit() SET search_path = … with what it needs.',
    },
    'where somebody’s trigger would get the rights of the owner': {
      setUp: (_owner, other) =>
        `CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$ BEGIN RETURN NULL; END $$;
         ALTER FUNCTION audit OWNER TO "${other}";
         CREATE TRIGGER audit AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION audit()`,
      says: 'trigger "audit" of table "events" would call public.audit() of role "%other" with the rights of role "%owner"',
      hint: 'Run ALTER FUNCTION public.audit() OWNER TO %owner, or SECURITY DEFINER.',
    },
  };

  test.each(Object.entries(OBSTACLES))('%s', async (_, { setUp, says, hint }) => {
    const [owner, other] = [await roles.create('owner'), await roles.create('other')];
    await source.query(`GRANT CREATE ON SCHEMA public TO "${other}"`);
    await giveTables(source, owner);
    await giveFunctions(source, owner);
    await source.query(setUp(owner, other));
    const before = await definitions(source);
    const named = (text: string) => text.replaceAll('%owner', owner).replaceAll('%other', other);
    await expect(upgradeSource(roles.in('owner'), { connectTimeoutMs: 15_000 })).rejects.toMatchObject({
      message: expect.stringContaining(named(says)),
      hint: `${named(hint)} Nothing was changed.`,
    });
    expect(await definitions(source)).toEqual(before);
  });
});
