import type { ReplicatorConfig } from '../config/replicator-config.js';
import { type Validated, validateDestination } from '../destination/validate.js';
import { describeWriterLockHolder } from '../destination/writer-lock.js';
import { type Log, sourceLog } from '../log/log.js';
import { type Connection, connect } from '../pg/connect.js';
import { type ConnectionParams, nameOf } from '../pg/connection-params.js';
import { explainDatabaseError } from '../pg/explain-error.js';
import { DatabaseRegistry } from '../schema/identity.js';
import { EventSource } from '../source/event-source.js';
import { SourceNotices } from '../source/source-notices.js';
import { WakeUps } from '../source/wake-ups.js';
import { type Failure, oneErrorOf } from './failures.js';
import { lookAtSource } from './look-at-source.js';
import { describeRoom, errorOf, shortagesOf } from './refuse-without-room.js';
import { askForRoom } from './server-room.js';
import { sessionNeeds, sessionsOfDestination, sessionsOfSource } from './session-needs.js';
import { sessionsFor } from './sessions.js';

/** At most this many gaps are listed per destination. */
const GAPS_LISTED = 20;

/**
 * Connects to everything, validates it, and logs per destination what a run would copy. Writes nothing and takes no
 * lock, so it can be run beside a replicator.
 * @param stop aborted when it should end: its sessions are dropped, whatever they wait for.
 * @throws the reason of the stop; else, after all destinations were looked at, what is wrong with them.
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
  const { counted } = await lookAtSource(source, registry, {
    log: logOfSource,
    notices: new SourceNotices(logOfSource, config.standbyPollIntervalMs),
  });
  await counted;
  const failures = await checkRoom(config, log, stop);
  for (const params of config.replicationDestinations) {
    await checkOne({ ...config, params, source, registry, sessions, log, stop }).catch((error) => {
      stop.throwIfAborted();
      const destination = nameOf(params);
      const err = explainDatabaseError(error, { doing: 'replicate to', params });
      log.write('destination refused', { destination, err });
      failures.push({ destination, error: err });
    });
  }
  if (failures.length > 0) throw oneErrorOf(failures);
}

/** Says for each server how many sessions a run needs and how many are free. @returns the servers with too few. */
async function checkRoom(config: ReplicatorConfig, log: Log, stop: AbortSignal): Promise<Failure[]> {
  const rooms = await askForRoom(sessionNeeds(config, {}), sessionsFor(config).control, stop);
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

interface CheckOne {
  readonly params: ConnectionParams;
  readonly source: EventSource;
  readonly registry: DatabaseRegistry;
  readonly sessions: ReturnType<typeof sessionsFor>;
  readonly log: Log;
  readonly stop: AbortSignal;
  readonly maxEventsPerWrite: number;
}

async function checkOne({
  params,
  source,
  registry,
  sessions,
  log,
  stop: signal,
  maxEventsPerWrite,
}: CheckOne): Promise<void> {
  const session = sessions.control(params);
  await using connection = await connect(params, { ...session, signal });
  await registry.register(connection);
  const startedAt = performance.now();
  const validated = await validateDestination(source, connection);
  const { indexes: waiting, unused } = validated.waiting;
  const destination = nameOf(connection.params);
  if (unused !== undefined) log.write('deferred indexes are not built', { destination, err: unused });
  const holder = await describeWriterLockHolder(connection);
  const plan = describePlan(validated);
  log.write('plan', {
    destination,
    ...plan,
    missingBytes: await source.ask((reading) => estimateBytes(reading, validated)),
    missingBatches: Math.ceil(Number(plan.missingEvents) / maxEventsPerWrite),
    checkSeconds: Math.round(performance.now() - startedAt) / 1000,
    indexesToBuild: waiting.length > 0 ? waiting.map(({ name }) => name) : undefined,
    writer: holder || undefined,
  });
}

/** About how many bytes are missing, by the size of the source's table. */
async function estimateBytes(reading: Connection, { source, destination }: Validated): Promise<bigint> {
  if (source.count === 0n) return 0n;
  const [row] = await reading.query<{ bytes: bigint }>("SELECT pg_table_size('public.events') AS bytes");
  return ((row?.bytes ?? 0n) * (source.count - destination.count)) / source.count;
}

/** The plan as a record: how many events are missing, and which. */
export function describePlan({ source, destination, plan }: Validated) {
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
