/** Faults that the replicator must refuse to work with, until a person has mended them and started it again. */
// @ts-nocheck

import { hideEvents, showEvents, stopSwallowing, swallowRows } from '../../installation/bad-weather.js';
import { TransactionPooler } from '../../network/transaction-pooler.js';
import { aloneAt, type Effect, type Place } from './effect.js';
import type { Site } from './field.js';
import { insist } from './insist.js';

type RefusedKind = 'row-level security' | 'swallowing trigger' | 'pooler between';

const POOLED_SESSIONS = 4;

export const REFUSED_EFFECTS: Readonly<Record<RefusedKind, (place: Place) => Effect>> = {
  'row-level security': (place) =>
    untilMended(place, {
      begin: () => hideEvents(place.site.database),
      end: () => insist('all events showed again', () => showEvents(place.site.database)),
      alone: 'policy',
    }),
  'swallowing trigger': (place) =>
    untilMended(place, {
      begin: () => swallowRows(place.site.database),
      end: () => insist('the trigger was gone', () => stopSwallowing(place.site.database)),
      alone: 'trigger',
    }),
  'pooler between': (place) => untilMended(place, { ...poolerBefore(place.site), alone: 'pooler' }),
};

function untilMended(place: Place, { begin, end, alone }: Effect): Effect {
  const { replicator } = place;
  let isExcused = false;
  return {
    begin() {
      replicator.excuse();
      isExcused = true;
      return begin();
    },
    async end() {
      await end();
      if (isExcused) await replicator.mended();
    },
    alone: aloneAt(place, alone ?? ''),
  };
}

/** From now on the way to the server leads through a pooler; who is connected has to connect again. */
function poolerBefore({ server, proxy }: Site): Effect {
  let pooler: TransactionPooler | undefined;
  let detour: Disposable | undefined;
  return {
    async begin() {
      pooler = await TransactionPooler.inFrontOf(server, { size: POOLED_SESSIONS });
      detour = proxy.detour(pooler.place);
      proxy.cut();
    },
    async end() {
      detour?.[Symbol.dispose]();
      proxy.cut();
      await pooler?.[Symbol.asyncDispose]();
    },
  };
}
