// @ts-nocheck
import type { SessionParams } from '../../src/pg/session-params.js';
import { CommitGate } from '../../src/threads/commit-gate.js';
import type { BatchWrite } from '../../src/threads/messages.js';

/** A write of no events: it needs its server and the table all the same. */
export function emptyWrite(
  destination: SessionParams,
  place: Pick<BatchWrite, 'destinationKey' | 'order'>,
): BatchWrite {
  return {
    ...place,
    kind: 'batch',
    destination: JSON.stringify(destination),
    sessionNumber: 1,
    lane: 0,
    after: 0n,
    lastId: 1n,
    gate: new CommitGate().cells,
    ticket: 0n,
    content: { slabs: [], bytes: 0 },
    rows: 0,
  };
}
