// @ts-nocheck
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RunningCommand } from '../support/commands/command.js';
import { TypedCommand } from '../support/commands/typed-command.js';
import { codeBlocks } from '../support/docs/markdown.js';
import { ReadmeRoles } from '../support/docs/readme-roles.js';
import { ReadmeShell } from '../support/docs/readme-shell.js';
import { createInstallation } from '../support/installation/installation.js';
import { connectTo } from '../support/postgres/databases.js';
import { sharedServer } from '../support/postgres/shared-server.js';
import { until } from '../support/until.js';

const readme = readFileSync('README.md', 'utf8');

/** The block of README.md, or of another document, that is marked so. */
function onlyBlock(mark: string, file = 'README.md'): string {
  const [block, ...more] = codeBlocks(readFileSync(file, 'utf8'), mark);
  if (block === undefined || more.length > 0) throw new Error(`${file} must have one block "${mark}"`);
  return block;
}

const commandsBlock = (mark: string) => onlyBlock(mark, 'docs/commands.md');
const operationsBlock = (mark: string) => onlyBlock(mark, 'docs/operations.md');

describe('README.md', () => {
  it('has a quick start that works as it is written', async () => {
    const server = sharedServer();
    await using shell = new ReadmeShell(server, onlyBlock('quick-start-login'));
    const [init = '', check = '', ...load] = codeBlocks(readme, 'quick-start');
    expect(await shell.run(init)).toContain(shell.adapted('events_replica'));
    shell.write('replicator.config.cjs', onlyBlock('quick-start-config'));
    expect(await shell.run(check)).toContain('"msg":"plan"');
    const stop = await shell.start(onlyBlock('quick-start-replicator'), '"msg":"caught up"');
    for (const block of load) await shell.run(block);
    const count = async (name: string) => {
      await using connection = await connectTo(server.params(shell.adapted(name)));
      const [row] = await connection.query<{ count: bigint }>('SELECT count(*) FROM events');
      return row?.count;
    };
    const events = await count('events_source');
    await until('all events were copied', async () => (await count('events_replica')) === events);
    expect(await stop()).toContain('"msg":"summary"');
  });

  it('has a quick start that also works with what slate-init-db was answered', async () => {
    const server = sharedServer();
    await using shell = new ReadmeShell(server, '');
    const [init = '', check = ''] = codeBlocks(readme, 'quick-start');
    // Beside the databases of the other way.
    const renamed = (text: string) => shell.adapted(text).replaceAll('events_', 'asked_');
    for (const line of renamed(init).split('\n')) {
      const [, ...args] = line.split(' ');
      await using command = new TypedCommand(args, { PGPORT: String(server.port) });
      await command.answer('User: ', `${server.user}\n`);
      await command.answer('Password: ', `${server.password}\n`);
      expect(await command.ended()).toBe(0);
      expect(command.screen).toContain('Give both in the configuration file');
    }
    const written = commandsBlock('quick-start-config-with-login')
      .replace('5432', String(server.port))
      .replace("user: 'postgres'", `user: ${JSON.stringify(server.user)}`)
      .replace("'what you answered'", JSON.stringify(server.password));
    shell.write('replicator.config.cjs', renamed(written));
    expect(await shell.run(check)).toContain('"msg":"plan"');
  });
});

describe('docs/operations.md', () => {
  it('names rights that are enough for the replicator, for a writer of events and for a repair', async () => {
    await using all = await createInstallation();
    await using roles = await ReadmeRoles.create(all);
    await roles.grant(operationsBlock('grants'));
    await roles.grant(operationsBlock('grants-append'));
    await using writer = await connectTo(roles.in(all.source, 'event_writer'));
    await writer.query(`SELECT append_events(ARRAY['{"name": "PersonCreated"}']::jsonb[])`);
    const config = {
      eventSource: roles.in(all.source, 'source_reader'),
      replicationDestinations: [roles.in(all.destination(), 'replica_writer')],
    };
    await all.copyOnce(config);
    await all.untilEqual();

    await all.query(all.destination(), "UPDATE events SET ts = ts + interval '1 microsecond'");
    const { databaseName } = all.destination();
    await all.query(all.destination(), `REVOKE TEMPORARY ON DATABASE "${databaseName}" FROM PUBLIC`);
    const repair = ['-c', all.writeConfig(config), '--repair', '--yes'];
    await using refused = new RunningCommand('slate-events-diff', repair);
    expect(await refused.ended()).toMatchObject({ code: 2, stderr: expect.stringContaining('permission') });
    await roles.grant(operationsBlock('grants-repair'));
    await using repaired = new RunningCommand('slate-events-diff', repair);
    expect(await repaired.ended()).toMatchObject({ code: 0, stdout: expect.stringContaining('equal') });
  });

  it('names rights that are enough for the loaders and for a comparison', async () => {
    await using all = await createInstallation();
    await using roles = await ReadmeRoles.create(all);
    await roles.grant(operationsBlock('grants'));
    await roles.grant(operationsBlock('grants-append'));
    const loader = ['-c', all.writeConfig({ eventSource: roles.in(all.source, 'event_writer') })];
    await using loaded = new RunningCommand('slate-load-person-data', [...loader, '--count-person', '10']);
    expect(await loaded.ended()).toMatchObject({ code: 0, stdout: expect.stringContaining('10 operations') });
    await all.copyOnce();

    const writer = roles.in(all.destination(), 'replica_writer');
    const readers = {
      eventSource: roles.in(all.source, 'source_reader'),
      replicationDestinations: [writer],
    };
    await all.query(all.destination(), `REVOKE INSERT ON events FROM "${writer.user}"`);
    await using compared = new RunningCommand('slate-events-diff', ['-c', all.writeConfig(readers), '-v']);
    expect(await compared.ended()).toMatchObject({ code: 0, stdout: expect.stringContaining('equal') });
  });
});

describe('docs/commands.md', () => {
  it('shows two ways to append events, both of which work', async () => {
    await using all = await createInstallation();
    await all.query(all.source, commandsBlock('append'));
    expect(await all.count(all.source)).toBe(3);
  });
});
