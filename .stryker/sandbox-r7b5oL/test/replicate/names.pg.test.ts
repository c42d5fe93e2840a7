// @ts-nocheck
import { describe, expect, test } from 'vitest';
import { placeOf } from '../../src/pg/connection-params.js';
import { RunningCommand } from '../support/commands/command.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { until } from '../support/until.js';

const [SOURCE, DESTINATION] = ['the shop', 'berlin'];

/** The configuration of an installation whose databases have names. */
function named(all: Installation) {
  return {
    eventSource: { ...all.source, name: SOURCE },
    replicationDestinations: [{ ...all.destination(), name: DESTINATION }],
  };
}

describe('the name of a connection', () => {
  test('is what every record calls the database, from the start to the summary', async () => {
    await using all = await createInstallation();
    await all.append(5);
    await using command = all.startCommand([], {
      config: { ...named(all), logInterval: 100 },
      env: { LOG_LEVEL: 'debug' },
    });
    await command.log.until('caught up');
    await all.append(1);
    await command.log.until('copied');
    command.send('SIGTERM');
    const { records } = await command.ended();
    const about = (field: string) => new Set(records.flatMap((record) => record[field] ?? []));
    expect(about('destination')).toEqual(new Set([DESTINATION]));
    expect(about('source')).toEqual(new Set([SOURCE]));
    const says = (field: string) => records.filter((record) => field in record).map(({ msg }) => msg);
    expect(says('destination')).toEqual(
      expect.arrayContaining(['destination checked', 'state', 'copied', 'caught up', 'summary']),
    );
    expect(says('source')).toEqual(expect.arrayContaining(['source checked', 'source summary']));
  });

  test('is in the records of --check and of what fails, with the place in the messages', async () => {
    await using all = await createInstallation();
    await all.append(5);
    await all.copyOnce();
    const checked = await all.runCommand(['--check'], { config: named(all) });
    expect(checked.records.find(({ msg }) => msg === 'plan')).toMatchObject({ destination: DESTINATION });
    await all.query(all.destination(), `UPDATE events SET event = '{"z": 1}' WHERE id = 5`);
    const [source, destination] = [
      `${SOURCE} (${placeOf(all.source)})`,
      `${DESTINATION} (${placeOf(all.destination())})`,
    ];
    const { code, stderr } = await all.runCommand([], { config: named(all) });
    expect(code).toBe(3);
    expect(stderr).toContain(`Destination ${destination} differs from source ${source}: event 5`);
    const refused = await all.runCommand(['--check'], { config: named(all) });
    expect(refused.records.find(({ level }) => level === 50)).toMatchObject({ destination: DESTINATION });
    await all.query(all.destination(), 'DROP TABLE events');
    const failed = await all.runCommand([], { config: { ...named(all), onError: 'retry' } });
    expect(failed.records.find(({ level }) => level === 50)).toMatchObject({ destination: DESTINATION });
  });

  test('is in the records about a source that cannot be reached', async () => {
    await using all = await createInstallation();
    const eventSource = { ...named(all).eventSource, port: 1 };
    await using command = all.startCommand([], { config: { ...named(all), eventSource, onError: 'retry' } });
    const [record] = await command.log.until('cannot look at the source: trying again');
    expect(record).toMatchObject({ source: SOURCE });
    const message = expect.stringContaining(`to ${SOURCE} (${placeOf(eventSource)})`);
    expect(record?.['err']).toMatchObject({ message });
    command.send('SIGTERM');
    await command.ended();
  });

  test('is what pg_stat_activity shows, in the 63 bytes that it has', async () => {
    await using all = await createInstallation();
    const name = `Köln ${'x'.repeat(100)}`;
    const replicationDestinations = [{ ...all.destination(), name }];
    await using replicator = all.start({ replicationDestinations });
    await all.append(1);
    await all.untilEqual();
    const sessions = await all.query<{ name: string }>(
      all.destination(),
      `SELECT application_name AS name FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'slate-replicator%' ORDER BY 1`,
    );
    expect(sessions.map((session) => session.name)).toEqual([
      `slate-replicator/control:K?ln ${'x'.repeat(33)}`,
      `slate-replicator:K?ln ${'x'.repeat(41)}`,
    ]);
    await replicator.stop();
  });

  test('is what slate-eventsDiff reports, with the place', async () => {
    await using all = await createInstallation();
    await all.append(5);
    const config = all.writeConfig(named(all));
    const run = async (...args: string[]) => {
      await using command = new RunningCommand('slate-events-diff', ['-c', config, ...args]);
      return await command.ended();
    };
    const [left, right] = [placeOf(all.source), placeOf(all.destination())];
    const { stdout } = await run();
    expect(stdout).toContain(`left: ${SOURCE} (${left})\n`);
    expect(stdout).toContain(`\n${DESTINATION} (${right}) `);
    expect(stdout).toContain(`\n${DESTINATION} (${right}): 5 differences\n`);
    const document = JSON.parse((await run('--json')).stdout);
    expect(document).toMatchObject({ left, leftName: SOURCE });
    expect(document.comparisons).toMatchObject([{ right, rightName: DESTINATION }]);
  });
});

test('without a name the place is used', async () => {
  await using all = await createInstallation();
  await using replicator = all.start();
  await replicator.log.until('caught up', { destination: placeOf(all.destination()) });
  await until('the application is named', async () => {
    const [row] = await all.query<{ named: boolean }>(
      all.destination(),
      `SELECT count(*) = 1 AS named FROM pg_stat_activity WHERE application_name = $1`,
      [`slate-replicator/control:${placeOf(all.destination())}`.slice(0, 63)],
    );
    return row?.named === true;
  });
  await replicator.stop();
});
