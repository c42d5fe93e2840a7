// @ts-nocheck
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { createSource } from '../../test/support/postgres/databases.js';
import { alternate, type Contender } from '../measure/alternate.js';
import { type CallLoad, callRepeatedly, type Way } from '../measure/call-load.js';
import { execute, select } from '../measure/clusters.js';
import { dropDatabase } from '../measure/databases.js';
import { ratioFinding } from '../report/findings.js';
import type { Finding, Measurement, Metric, Section } from '../report/result.js';
import type { BenchContext, Profile } from './profile.js';

/** Who is told of new events. */
type Notification = 'per statement' | 'per row' | 'none';

const METRICS: readonly Metric[] = [{ name: 'eventsPerSecond', unit: 'events/s', better: 'higher' }];

/** What the original had: one notification for each row, with the whole event in it. */
const ROW_LEVEL = [
  'DROP TRIGGER notify_insert ON public.events',
  `CREATE FUNCTION public.notify_each_row() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     PERFORM pg_notify('eventsinsert', json_build_object('table', TG_TABLE_NAME, 'id', NEW.id, 'event', NEW.event)::text);
     RETURN NEW;
   END $$`,
  'CREATE TRIGGER notify_insert AFTER INSERT ON public.events FOR EACH ROW EXECUTE FUNCTION public.notify_each_row()',
] as const;

const PREPARATIONS: Readonly<Record<Notification, readonly string[]>> = {
  'per statement': [],
  'per row': ROW_LEVEL,
  none: ['DROP TRIGGER notify_insert ON public.events'],
};

interface Variant {
  readonly name: string;
  readonly way: Way;
  readonly notification: Notification;
  readonly loaders: number;
}

const APPEND: Variant = {
  name: 'append_events',
  way: 'append_events',
  notification: 'per statement',
  loaders: 1,
};
const INSERT: Variant = { ...APPEND, name: 'insert_events', way: 'insert_events' };
const PASTED: Variant = {
  ...INSERT,
  name: "insert_events, the original's way",
  way: 'insert_events, pasted',
  notification: 'per row',
};

export const insert: Profile = {
  name: 'insert',
  question: 'How fast do events get into a source, and what do notifications cost?',
  run: async (context) => {
    const sections = [
      await callSizes(context),
      await notifications(context),
      ...(context.quick ? [] : [await loaders(context)]),
    ];
    return { sections, findings: findings(sections.flatMap(({ measurements }) => measurements)), notes: [] };
  },
};

async function callSizes(context: BenchContext): Promise<Section> {
  const measurements: Measurement[] = [];
  for (const eventsPerCall of context.quick ? [25] : [1, 5, 25, 100, 1000])
    measurements.push(...(await compare(context, eventsPerCall, [APPEND, INSERT, PASTED])));
  return {
    title: 'Events per call',
    text: `Performance data, one loader, each call its own transaction, all indexes. "${PASTED.name}": the events pasted into the statement, one notification per row with the event in it.`,
    metrics: METRICS,
    measurements,
  };
}

async function notifications(context: BenchContext): Promise<Section> {
  const kinds: Notification[] = ['per statement', 'per row', 'none'];
  const variants = kinds.map((notification) => ({
    ...APPEND,
    name: `notification: ${notification}`,
    notification,
  }));
  const measurements: Measurement[] = [];
  for (const eventsPerCall of context.quick ? [1000] : [1, 25, 1000])
    measurements.push(...(await compare(context, eventsPerCall, variants)));
  return {
    title: 'Notifications',
    text: 'append_events with one notification per statement (what slate-init-db makes), one per row with the event in it (the original), and none.',
    metrics: METRICS,
    measurements,
  };
}

async function loaders(context: BenchContext): Promise<Section> {
  const variants = [1, 2, 4].flatMap((count) =>
    [APPEND, INSERT].map((variant) => ({
      ...variant,
      name: `${variant.name}, ${count} loader${count === 1 ? '' : 's'}`,
      loaders: count,
    })),
  );
  return {
    title: 'Loaders at the same time',
    text: '25 events per call. Ids are handed out in commit order, so loaders take turns: more of them fill the gaps while one waits for the disk or the network.',
    metrics: METRICS,
    measurements: await compare(context, 25, variants),
  };
}

function compare(
  context: BenchContext,
  eventsPerCall: number,
  variants: readonly Variant[],
): Promise<Measurement[]> {
  const contenders = variants.map((variant) => contender(context, eventsPerCall, variant));
  return alternate(context, situation(eventsPerCall), contenders);
}

function contender(context: BenchContext, eventsPerCall: number, variant: Variant): Contender {
  const { way, notification, loaders: count, name } = variant;
  const seconds = context.quick ? 0.5 : 1.5;
  return {
    name,
    run: async () => {
      const server = context.clusters.source;
      const source = await createSource(server);
      try {
        await execute(source, ...PREPARATIONS[notification], 'CHECKPOINT');
        const load: CallLoad = { way, eventsPerCall, loaders: count, seconds, stop: context.stop };
        const done = await callRepeatedly(source, load);
        await verifyCount(source, done.events);
        return { eventsPerSecond: done.events / done.seconds };
      } finally {
        await dropDatabase(server, source);
      }
    },
  };
}

/** @throws Error unless all events are there, with ids from 1 without holes. */
async function verifyCount(source: ConnectionParams, events: number): Promise<void> {
  const sql = 'SELECT count(*) AS count, max(id) AS highest FROM public.events';
  const [row] = await select<{ count: bigint; highest: bigint }>(source, sql);
  if (row?.count === BigInt(events) && row.highest === BigInt(events)) return;
  throw new Error(
    `${events} events were inserted, but there are ${row?.count} with ids up to ${row?.highest}`,
  );
}

function situation(eventsPerCall: number): string {
  return `${eventsPerCall} event${eventsPerCall === 1 ? '' : 's'} per call`;
}

function findings(measurements: readonly Measurement[]): Finding[] {
  const ratio = (title: string, eventsPerCall: number, [of, over]: readonly [string, string]) =>
    ratioFinding(measurements, {
      title: `${title}, ${situation(eventsPerCall)}`,
      metric: 'eventsPerSecond',
      of: { case: situation(eventsPerCall), contender: of },
      over: { case: situation(eventsPerCall), contender: over },
    });
  return [
    ...ratio("append_events against the original's way", 25, [APPEND.name, PASTED.name]),
    ...ratio("append_events against the original's way", 1000, [APPEND.name, PASTED.name]),
    ...ratio('one notification per statement against one per row', 1000, [
      'notification: per statement',
      'notification: per row',
    ]),
    ...ratio('4 loaders against 1', 25, ['append_events, 4 loaders', 'append_events, 1 loader']),
  ];
}
