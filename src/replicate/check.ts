import { setMaxListeners } from 'node:events';
import { assert } from '../common/assert.js';
import { inOrder } from '../common/in-order.js';
import { unseen } from '../common/unseen.js';
import type { ReplicatorConfig } from '../config/replicator-config.js';
import { lookAt, type Validated, validateDestination } from '../destination/guard/validate.js';
import { type Log, sourceLog } from '../log/log.js';
import { connect } from '../pg/connect.js';
import type { Connection } from '../pg/connection.js';
import { type ConnectionParams, nameOf } from '../pg/connection-params.js';
import { explainDatabaseError } from '../pg/explain-error.js';
import { DatabaseRegistry } from '../schema/identity.js';
import { describeWriterLockHolder } from '../schema/writer-lock.js';
import { EventSource } from '../source/event-source.js';
import { SourceNotices } from '../source/source-notices.js';
import { WakeUps } from '../source/wake-ups.js';
import { type Failure, oneErrorOf } from './failures.js';
import { lookAtSource } from './look-at-source.js';
import { describeRoom, errorOf, shortagesOf } from './refuse-without-room.js';
import { askForRoom, type ServerRoom } from './server-room.js';
import { sessionNeeds, sessionsOfDestination, sessionsOfSource } from './session-needs.js';
import { sessionsFor } from './sessions.js';

/** At most this many gaps are listed per destination. */
const GAPS_LISTED = 20;

/**
 * Connects to all databases, validates them, and logs for each destination what a run would copy. Writes
 * nothing and takes no lock, so it can run beside a replicator.
 * @param stop aborted to end it: its sessions are dropped, whatever they wait for.
 * @throws the reason of the stop; else, when all destinations were validated, what is wrong with them.
 */
export async function checkOnly(
  config: ReplicatorConfig,
  log: Log,
  stop: AbortSignal = new AbortController().signal,
): Promise<void> {
  const sessions = sessionsFor(config);
  const registry = new DatabaseRegistry();
  const logOfSource = sourceLog(log, nameOf(config.eventSource));
  await using source = new EventSource({
    session: sessions.reader,
    maxEvents: config.maxEventsPerWrite,
    budgetBytes: config.memoryBudgetBytes,
    wakeUps: new WakeUps(),
    log: logOfSource,
    end: stop,
    isWanted: () => false,
  });
  await using opened = new ControlSessions(config, stop);
  const asked = {
    source: { ask: <T>(work: (connection: Connection) => Promise<T>) => source.askBriefly(work) },
    ofDestination: (params: ConnectionParams) => opened.of(params),
  };
  // Sent together with the queries about the source, in the same session.
  const rooms = unseen(askForRoom(sessionNeeds(config, {}), asked, stop));
  const { counted } = await lookAtSource(source, registry, {
    log: logOfSource,
    notices: new SourceNotices(logOfSource, config.standbyPollIntervalMs),
  });
  await counted;
  const failures = tellOfRoom(await rooms, config, log);
  const { maxEventsPerWrite } = config;
  const checks = activeOf(config, log).map((params) => {
    const session = opened.of(params);
    return { params, checking: unseen(checkOne({ session, source, registry, maxEventsPerWrite })) };
  });
  for (const { params, checking } of checks) {
    try {
      writeRecords(await checking, log);
    } catch (error) {
      stop.throwIfAborted();
      const destination = nameOf(params);
      const err = explainDatabaseError(error, { doing: 'replicate to', params });
      log.write('destination refused', { destination, err });
      failures.push({ destination, error: err });
    }
  }
  if (failures.length > 0) throw oneErrorOf(failures);
}

/**
 * Logs for each server how many sessions a run needs and how many are free. @returns the servers with too
 * few.
 */
function tellOfRoom(rooms: readonly ServerRoom[], config: ReplicatorConfig, log: Log): Failure[] {
  const [ofSource, perDestination] = [sessionsOfSource({}), sessionsOfDestination(config, {})];
  return rooms.flatMap((room) => {
    log.write('sessions', { ...describeRoom(room), ofSource, perDestination });
    const shortages = shortagesOf(room);
    if (shortages.length === 0) return [];
    const err = errorOf(shortages);
    log.write('too few connections', { server: room.server, err }, 'error');
    return [{ destination: room.server, error: err }];
  });
}

/** A session to each destination; all are opened at the same time. Disposing closes them. */
class ControlSessions implements AsyncDisposable {
  readonly #opening: ReadonlyMap<ConnectionParams, Promise<Connection>>;

  constructor(config: ReplicatorConfig, signal: AbortSignal) {
    const { control } = sessionsFor(config);
    // Every session listens.
    setMaxListeners(0, signal);
    const { replicationDestinations } = config;
    const active = replicationDestinations.filter(({ paused }) => !paused);
    this.#opening = new Map(
      active.map((params) => [params, unseen(connect(params, { ...control(params), signal }))]),
    );
  }

  /** @throws what keeps it from being opened. */
  async of(params: ConnectionParams): Promise<Connection> {
    const opening = this.#opening.get(params);
    assert(opening !== undefined, 'There is no session to a database that is not configured.');
    return opening;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = await Promise.allSettled(this.#opening.values());
    await Promise.all(opened.map((each) => each.status === 'fulfilled' && each.value[Symbol.asyncDispose]()));
  }
}

/** The destinations that are not paused; logs which ones are. */
function activeOf({ replicationDestinations }: ReplicatorConfig, log: Log): ConnectionParams[] {
  for (const params of replicationDestinations.filter(({ paused }) => paused))
    log.write('destination is paused', { destination: nameOf(params) });
  return replicationDestinations.filter(({ paused }) => !paused);
}

interface CheckOne {
  readonly session: Promise<Connection>;
  readonly source: EventSource;
  readonly registry: DatabaseRegistry;
  readonly maxEventsPerWrite: number;
}

/** Result for one destination. */
interface Checked {
  readonly connection: Connection;
  readonly validated: Validated;
  readonly missingBytes: bigint;
  readonly missingBatches: number;
  readonly checkSeconds: number;
  readonly writer: string | undefined;
}

async function checkOne({ session, source, registry, maxEventsPerWrite }: CheckOne): Promise<Checked> {
  const connection = await session;
  const startedAt = performance.now();
  const [, validated, writer] = await inOrder([
    registry.register(connection),
    lookAt(connection).then((look) => validateDestination(source, connection, look)),
    describeWriterLockHolder(connection),
  ]);
  const { missingEvents } = describePlan(validated);
  return {
    connection,
    validated,
    missingBytes: await source.ask((reading) => estimateBytes(reading, validated)),
    missingBatches: Math.ceil(Number(missingEvents) / maxEventsPerWrite),
    checkSeconds: Math.round(performance.now() - startedAt) / 1000,
    writer,
  };
}

function writeRecords({ connection, validated, ...found }: Checked, log: Log): void {
  const destination = nameOf(connection.params);
  const { indexes: waiting, unused } = validated.waiting;
  if (unused !== undefined) log.write('deferred indexes are not built', { destination, err: unused });
  log.write('plan', {
    destination,
    ...describePlan(validated),
    ...found,
    indexesToBuild: waiting.length > 0 ? waiting.map(({ name }) => name) : undefined,
  });
}

/** Estimates how many bytes are missing, from the size of the table of the source. */
async function estimateBytes(reading: Connection, { source, destination }: Validated): Promise<bigint> {
  if (source.count === 0n) return 0n;
  const [row] = await reading.query<{ bytes: bigint }>("SELECT pg_table_size('public.events') AS bytes");
  return ((row?.bytes ?? 0n) * (source.count - destination.count)) / source.count;
}

/** The plan as a record: how many events are missing, and which. */
function describePlan({ source, destination, plan }: Validated) {
  const tailFrom = plan.tailAfter === undefined ? source.ids?.from : plan.tailAfter + 1n;
  const hasTail = source.ids !== undefined && tailFrom !== undefined && tailFrom <= source.ids.to;
  const tail = hasTail ? [{ from: tailFrom, to: source.ids.to }] : [];
  const ranges = [...plan.gaps, ...tail];
  return {
    missingEvents: source.count - destination.count,
    destinationEvents: destination.count,
    firstMissingId: ranges[0]?.from,
    lastMissingId: ranges.at(-1)?.to,
    missingRanges: ranges.slice(0, GAPS_LISTED),
    moreMissingRanges: ranges.length > GAPS_LISTED ? ranges.length - GAPS_LISTED : undefined,
  };
}
