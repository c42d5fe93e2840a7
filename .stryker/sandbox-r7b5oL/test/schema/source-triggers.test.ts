// @ts-nocheck
import { describe, expect, test } from 'vitest';
import {
  type SourceTrigger,
  type SourceTriggers,
  triggerProblems,
} from '../../src/schema/source-triggers.js';

const NOTIFY: SourceTrigger = {
  table: 'public.events',
  name: 'notify_insert',
  enabled: 'O',
  notifiesByRow: false,
  isClone: false,
  takesRows: true,
};
const IMMUTABLE: SourceTrigger = { ...NOTIFY, name: 'check_sql_command', takesRows: false };
/** The trigger that the original made fires for each row. */
const ORIGINAL: SourceTrigger = { ...NOTIFY, notifiesByRow: true };

function mendsOf(triggers: readonly SourceTrigger[], more: Partial<SourceTriggers> = {}): string[] {
  const source: SourceTriggers = {
    inRecovery: false,
    version: 150_000,
    isSubscribed: false,
    leaves: ['public.events'],
    triggers,
    ...more,
  };
  return triggerProblems(source).flatMap(({ mend }) => mend);
}

const CREATED = [
  'DROP TRIGGER IF EXISTS notify_replicated_insert ON public.events;',
  'CREATE TRIGGER notify_replicated_insert AFTER INSERT ON public.events FOR EACH ROW EXECUTE FUNCTION public.notify_event_insert();',
  'ALTER TABLE public.events ENABLE REPLICA TRIGGER notify_replicated_insert;',
];

describe('the triggers of a source', () => {
  test.each(['O', 'A'] as const)('are as they should be when they are enabled (%s)', (enabled) => {
    expect(
      mendsOf([
        { ...NOTIFY, enabled },
        { ...IMMUTABLE, enabled },
      ]),
    ).toEqual([]);
  });

  test.each([
    ['D', ''],
    ['R', 'ALWAYS '],
  ] as const)('are to be enabled when they are not (%s), and lose nothing by that', (enabled, always) => {
    expect(
      mendsOf([
        { ...NOTIFY, enabled },
        { ...IMMUTABLE, enabled },
      ]),
    ).toEqual([
      `ALTER TABLE public.events ENABLE ${always}TRIGGER notify_insert;`,
      `ALTER TABLE public.events ENABLE ${always}TRIGGER check_sql_command;`,
    ]);
  });

  test('may be disabled on a partition alone', () => {
    const clone: SourceTrigger = { ...ORIGINAL, table: 'public."Events 1"', isClone: true, enabled: 'D' };
    expect(mendsOf([ORIGINAL, clone])).toEqual([
      'ALTER TABLE public."Events 1" ENABLE TRIGGER notify_insert;',
    ]);
  });
});

describe('a source that native replication inserts into', () => {
  test('needs a trigger that fires for each replicated row', () => {
    expect(mendsOf([NOTIFY], { isSubscribed: true })).toEqual(CREATED);
    expect(mendsOf([{ ...NOTIFY, enabled: 'A' }], { isSubscribed: true })).toEqual(CREATED);
  });

  test('needs a newer function first, where that can be called for a statement only', () => {
    expect(mendsOf([{ ...NOTIFY, takesRows: false }], { isSubscribed: true })).toEqual([
      'slate-init-db --upgrade, then',
      ...CREATED,
    ]);
  });

  test('needs no other trigger than that of the original, if it is always enabled', () => {
    const mend = 'ALTER TABLE public.events ENABLE ALWAYS TRIGGER notify_insert;';
    for (const enabled of ['O', 'D'] as const)
      expect(new Set(mendsOf([{ ...ORIGINAL, enabled }], { isSubscribed: true }))).toEqual(new Set([mend]));
    expect(mendsOf([{ ...ORIGINAL, enabled: 'A' }], { isSubscribed: true })).toEqual([]);
  });

  test('is well when every partition has a trigger for replicated rows', () => {
    const leaves = ['public.events_1', 'public.events_2'];
    const told = leaves.map((table): SourceTrigger => {
      return { ...ORIGINAL, name: 'notify_replicated_insert', table, isClone: true, enabled: 'R' };
    });
    expect(mendsOf([NOTIFY, ...told], { isSubscribed: true, leaves })).toEqual([]);
    expect(mendsOf([NOTIFY, ...told.slice(1)], { isSubscribed: true, leaves })).toEqual(CREATED);
  });

  test('cannot notify before PostgreSQL 13', () => {
    const source = { inRecovery: false, version: 120_000, isSubscribed: true, leaves: ['public.events'] };
    const triggers: SourceTrigger[] = [{ ...ORIGINAL, enabled: 'A' }];
    expect(triggerProblems({ ...source, triggers })).toEqual([
      { text: expect.stringContaining('set pollInterval to a second or less'), mend: [] },
    ]);
  });
});
