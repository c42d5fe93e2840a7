/** What an operator relies on who holds a destination with slate-hold. */
import { describe, expect, it } from 'vitest';
import { TableLock } from '../support/databases/table-lock.js';
import { endSessions } from '../support/installation/bad-weather.js';
import { startHold, untilHeld, untilState, writersOf } from '../support/installation/holding.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import type { RunningReplicator } from '../support/installation/running-replicator.js';
import { until } from '../support/until.js';

async function startLive(all: Installation, destinations: number): Promise<RunningReplicator> {
  await all.append(10);
  const replicator = all.start({ onError: 'retry' });
  await replicator.log.until('caught up', { count: destinations });
  return replicator;
}

describe('a hold', () => {
  it('keeps the replicator away from one destination, and it catches up by itself afterwards', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await using replicator = await startLive(all, 2);
    await using hold = startHold(all);
    await untilHeld(hold);
    expect(await writersOf(all)).toBe(0);
    await untilState(replicator, 'held');
    const last = await all.append(10);
    await all.untilCopied(last, [all.destination(1)]);
    expect(await all.count(all.destination())).toBe(10);
    hold.send('SIGINT');
    expect(await hold.ended()).toMatchObject({ code: 0 });
    await all.untilEqual();
    await untilState(replicator, 'live');
    const [record] = replicator.log.of('destination is held');
    expect(record?.['heldBy']).toMatch(/^"slate-hold\/.*@/);
    expect(replicator.log.of('destination is no longer held')).toHaveLength(1);
    expect(replicator.log.of('state', { destination: record?.['destination'], state: 'live' })).toHaveLength(
      2,
    );
    expect(replicator.log.of('state', { state: 'live' })).toHaveLength(3);
    expect(replicator.log.of('destination failed: trying again')).toEqual([]);
  });

  it('is had within two seconds after it was asked for', async () => {
    await using all = await createInstallation();
    await using replicator = await startLive(all, 1);
    await using hold = startHold(all);
    await untilSession(all, 'slate-hold');
    const askedAtMs = performance.now();
    await untilHeld(hold);
    expect(performance.now() - askedAtMs).toBeLessThan(2_000);
    expect(replicator.log.of('destination is held')).toHaveLength(1);
  });

  it('is had while somebody locks the table, for which writes and queries wait', async () => {
    await using all = await createInstallation();
    await using replicator = await startLive(all, 1);
    await using lock = await TableLock.take(all.destination(), 'ACCESS EXCLUSIVE');
    await all.append(1);
    await lock.untilWaitedFor();
    await using hold = startHold(all);
    await untilHeld(hold);
    await untilState(replicator, 'held');
    await lock.release();
    expect(await all.count(all.destination())).toBe(10);
    hold.send('SIGTERM');
    await all.untilEqual();
  });

  it('is had in the middle of a first load with several lanes, and afterwards nothing is missing', async () => {
    await using all = await createInstallation();
    for (let n = 0; n < 30; n++) await all.append(5_000);
    await using replicator = all.start({ onError: 'retry', lanes: 4 });
    await replicator.log.until('batch written');
    await using hold = startHold(all);
    await untilHeld(hold);
    expect(await writersOf(all)).toBe(0);
    const before = await all.count(all.destination());
    expect(await all.count(all.destination())).toBe(before);
    hold.send('SIGINT');
    await all.untilEqual();
    expect(replicator.log.of('destination failed: trying again')).toEqual([]);
  });

  it('is had while deferred indexes are built, which are built afterwards', async () => {
    await using all = await createInstallation();
    for (let n = 0; n < 10; n++) await all.append(2_000);
    await using replicator = all.start({ onError: 'retry', deferIndexes: true });
    await replicator.log.until('indexes wait until the destination has caught up');
    // An index is not built beside a transaction that writes.
    await using other = await TableLock.take(all.destination(), 'ROW EXCLUSIVE');
    await untilState(replicator, 'building indexes');
    await using hold = startHold(all);
    await untilHeld(hold);
    expect(await writersOf(all)).toBe(0);
    await other.release();
    hold.send('SIGINT');
    await untilState(replicator, 'live');
    expect(replicator.log.of('index built').length).toBeGreaterThan(0);
    await all.untilEqual();
  });

  it('can be had when no replicator runs, and a replicator that starts waits for its end', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await all.append(10);
    await using hold = startHold(all);
    await untilHeld(hold);
    await using replicator = all.start();
    await untilState(replicator, 'held');
    await all.untilEqual([all.destination(1)]);
    expect(await all.count(all.destination())).toBe(0);
    hold.send('SIGINT');
    await all.untilEqual();
  });

  it('keeps standbys away too, and one of the replicators goes on afterwards', async () => {
    await using all = await createInstallation();
    await all.append(10);
    await using first = all.start({ standby: true });
    await untilState(first, 'live');
    await using second = all.start({ standby: true });
    await untilState(second, 'standby');
    await using hold = startHold(all);
    await untilHeld(hold);
    await untilState(first, 'held');
    await untilState(second, 'held');
    await all.append(1);
    expect(await all.count(all.destination())).toBe(10);
    hold.send('SIGINT');
    await all.untilEqual();
  });

  it('ends when slate-hold is killed', async () => {
    await using all = await createInstallation();
    await using _replicator = await startLive(all, 1);
    await using hold = startHold(all);
    await untilHeld(hold);
    await all.append(1);
    hold.send('SIGKILL');
    await all.untilEqual();
  });

  it('fails a run with --once, which names who holds the destination, and copies to the others', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await all.append(10);
    await using hold = startHold(all);
    await untilHeld(hold);
    await using once = all.start({ once: true });
    expect(String(await once.failure())).toMatch(/^HeldError: Destination .* is held: "slate-hold\//);
    await all.untilEqual([all.destination(1)]);
  });
});

/** Waits until a session with such a name is there. */
async function untilSession(all: Installation, name: string): Promise<void> {
  await until(`there was a session of ${name}`, async () =>
    (await all.foreignSessions()).some((session) => session.includes(name)),
  );
}

describe('slate-hold', () => {
  it('says who holds a destination that is held already, and ends with 125', async () => {
    await using all = await createInstallation();
    await using hold = startHold(all);
    await untilHeld(hold);
    await using other = startHold(all);
    const { code, stderr } = await other.ended();
    expect(code).toBe(125);
    expect(stderr).toMatch(/is held already: "slate-hold\/.*" from .*, connected since/);
  });

  it('says that it lost the hold, ends the command and ends with 125', async () => {
    await using all = await createInstallation();
    await using hold = startHold(all, [
      '--',
      'sh',
      '-c',
      'trap "echo ended; exit 0" TERM; while :; do sleep 0.1; done',
    ]);
    await untilHeld(hold);
    await untilSession(all, 'slate-hold');
    await endSessions(all.destination(), 'slate-hold');
    const { code, stdout, stderr } = await hold.ended();
    expect(code).toBe(125);
    expect(stderr).toContain('the hold is lost. The command is sent SIGTERM.');
    expect(stderr).toMatch(/The hold of .* was lost: .*administrator command/);
    expect(stdout).toBe('ended\n');
  });

  it('says that it lost the hold where it only waits', async () => {
    await using all = await createInstallation();
    await using hold = startHold(all, ['--for', '1h']);
    await untilHeld(hold);
    await endSessions(all.destination(), 'slate-hold');
    expect(await hold.ended()).toMatchObject({ code: 125, stderr: expect.stringContaining('was lost') });
  });

  it('ends by itself after the time that it is told', async () => {
    await using all = await createInstallation();
    expect(await startHold(all, ['--for', '1s']).ended()).toMatchObject({ code: 0 });
  });
});
