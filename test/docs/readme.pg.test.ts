import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { connectTo } from '../postgres/databases.js';
import { sharedServer } from '../postgres/shared-server.js';
import { createInstallation } from '../replicate/installation.js';
import { until } from '../replicate/until.js';
import { codeBlocks } from './markdown.js';
import { ReadmeShell } from './readme-shell.js';

const readme = readFileSync('README.md', 'utf8');

function onlyBlock(mark: string): string {
  const [block, ...more] = codeBlocks(readme, mark);
  if (block === undefined || more.length > 0) throw new Error(`README.md must have one block "${mark}"`);
  return block;
}

describe('README.md', () => {
  it('has a quick start that works as it is written', async () => {
    const server = sharedServer();
    await using shell = new ReadmeShell(server);
    const [init = '', check = '', ...load] = codeBlocks(readme, 'quick-start');
    expect(await shell.run(init)).toContain(shell.adapted('events_replica'));
    shell.write('replicator.config.cjs', onlyBlock('quick-start-config'));
    expect(await shell.run(check)).toContain('"msg":"plan"');
    const stop = shell.start(onlyBlock('quick-start-replicator'));
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

  it('names rights that are enough for the replicator and for a writer of events', async () => {
    await using all = await createInstallation();
    const prefix = `${all.source.databaseName}_`;
    const grants = `${onlyBlock('grants')}\n${onlyBlock('grants-append')}`;
    const roles = ['source_reader', 'replica_writer', 'event_writer'];
    const password = 'restricted';
    for (const role of roles) {
      await all.query(all.source, `CREATE ROLE ${prefix}${role} LOGIN PASSWORD '${password}'`);
    }
    const as = (role: string) => ({ user: `${prefix}${role}`, password });
    try {
      for (const line of grants.split('\n')) {
        const database = line.includes('replica_writer') ? all.destination() : all.source;
        await all.query(database, line.replace(/ TO /, ` TO ${prefix}`));
      }
      await using writer = await connectTo({ ...all.source, ...as('event_writer') });
      await writer.query(`SELECT append_events(ARRAY['{"name": "PersonCreated"}']::jsonb[])`);
      await all.copyOnce({
        eventSource: { ...all.source, ...as('source_reader') },
        replicationDestinations: [{ ...all.destination(), ...as('replica_writer') }],
      });
      await all.untilEqual();
    } finally {
      for (const params of [all.source, all.destination()])
        for (const role of roles) await all.query(params, `DROP OWNED BY ${prefix}${role}`);
      for (const role of roles) await all.query(all.source, `DROP ROLE ${prefix}${role}`);
    }
  });

  it('shows two ways to append events, both of which work', async () => {
    await using all = await createInstallation();
    await all.query(all.source, onlyBlock('append'));
    expect(await all.count(all.source)).toBe(3);
  });
});
