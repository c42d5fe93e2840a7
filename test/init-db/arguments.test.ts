import { userInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { initDb } from '../support/commands/run-init-db.js';

const ENOUGH = ['--host', 'db.invalid', '-n', 'new', '-t', 'source'];

describe('wrong arguments end with 2 and one message:', () => {
  const wrong: Record<string, [readonly string[], string]> = {
    'no database': [['-t', 'source'], ': --new-database <name> is missing.'],
    'no kind of database': [['-n', 'new'], ': --table-type <source or destination> is missing.'],
    'neither of the two': [
      [],
      ': --new-database <name> is missing; --table-type <source or destination> is missing.',
    ],
    'no database to upgrade': [['--upgrade'], ': --new-database <name> is missing.'],
    'one that is missing and a contradiction': [
      ['-t', 'source', '--host', 'db:5433', '--port', '5434'],
      ': --new-database <name> is missing; --port 5434 contradicts the port 5433 in --host.',
    ],
    'an unknown kind': [['-n', 'new', '-t', 'replica'], 'Allowed choices are source, destination'],
    'an unknown option': [[...ENOUGH, '--tabletype', 'x'], "unknown option '--tabletype'"],
    'an argument too many': [[...ENOUGH, 'more'], 'too many arguments'],
    'an empty database name': [[...ENOUGH, '-n', ''], 'must not be empty'],
    'a database name of 64 bytes': [[...ENOUGH, '-n', `${'ä'.repeat(31)}xx`], 'has 64 bytes'],
    'an empty host': [[...ENOUGH, '--host', ''], 'must be a name, an address'],
    'a host that is none': [[...ENOUGH, '--host', 'a b'], 'must be a name, an address'],
    'an empty user': [[...ENOUGH, '--user', ''], 'must not be empty'],
    'an empty password': [[...ENOUGH, '--password', ''], 'must not be empty'],
    'a port of 0': [[...ENOUGH, '--port', '0'], 'a whole number, from 1 to 65535'],
    'a port that is no number': [[...ENOUGH, '--port', '5432x'], 'a whole number, from 1 to 65535'],
    'two ports': [
      [...ENOUGH, '--host', 'db:5433', '--port', '5434'],
      '--port 5434 contradicts the port 5433',
    ],
    'a timeout that is no number': [[...ENOUGH, '--connect-timeout', 'soon'], 'whole number'],
    'a database to connect to before an upgrade': [
      ['-n', 'old', '--upgrade', '--maintenance-db', 'postgres'],
      '--maintenance-db cannot be combined with --upgrade',
    ],
    'an empty maintenance database': [[...ENOUGH, '--maintenance-db', ''], 'must not be empty'],
  };

  test.concurrent.each(Object.entries(wrong))('%s', async (_, [args, message]) => {
    const { code, stdout, stderr } = await initDb([...args, '--dry-run']);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^slate-init-db: .*\n(.*\n)?$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test('a PGHOST that is none', async () => {
    const { code, stderr } = await initDb(['-n', 'new', '-t', 'source', '--dry-run'], { PGHOST: 'a b' });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'slate-init-db: PGHOST is not a valid host: "a b"\n',
    });
  });
});

describe('a dry run shows the arguments, never the password, connects to nothing and ends with 0:', () => {
  test.each([
    [
      [...ENOUGH, '--user', 'me', '--password', 's3cret/x'],
      'create the source database db.invalid:5432/new; user me, password ***; connect timeout 15000 ms',
    ],
    [
      ['--host', 'db.invalid:5433', '-n', 'new', '-t', 'destination', '--connect-timeout', '70'],
      `create the destination database db.invalid:5433/new; user ${userInfo().username} (system user), password (none); connect timeout 70 ms`,
    ],
    [['--host', '::1', '--port', '99', '-n', 'old', '--upgrade'], 'upgrade the database [::1]:99/old;'],
    [
      ['--host', '::1', '--port', '99', '-n', 'old', '-t', 'destination', '--upgrade'],
      'upgrade the destination database [::1]:99/old;',
    ],
  ])('%j', async (args, shown) => {
    const { code, stdout, stderr } = await initDb([...args, '--dry-run']);
    expect(stdout).toContain(`Would ${shown}`);
    expect(`${stdout}${stderr}`).not.toContain('s3cret');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('what the environment says', async () => {
    const env = { PGHOST: 'db.invalid', PGPORT: '5439', PGUSER: 'somebody', PGPASSWORD: 's3cret/x' };
    const { stdout } = await initDb(['-n', 'new', '-t', 'source', '--dry-run'], env);
    expect(stdout).toContain('db.invalid:5439/new; user somebody (PGUSER), password *** (PGPASSWORD);');
  });
});
