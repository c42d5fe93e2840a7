import { failpoint } from '../src/batch/failpoint.js';
import { viewSlabs } from '../src/batch/slabs.js';
import type { BatchWrite, WriteReply, WriteTask } from '../src/batch/write-task.js';
import { copyIn } from '../src/pg/copy-in.js';
import { COPY_EVENTS_IN_SQL, standsOnSql } from '../src/pg/events-sql.js';
import type { WriteSession } from './write-sessions.js';

/** The run that this task belongs to has ended: what it had copied is rolled back. */
export class GateClosedError extends Error {
  override readonly name = 'GateClosedError';
}

/**
 * Copies a batch in one transaction. Alone, statement and data go out together and the statement is the transaction;
 * beside other lanes, the transaction waits at the gate until all batches before it are committed. Either way it is
 * committed only if the event it stands on is there. Alone, it looks for that once per session: each time, it would cost
 * the destination more than half of the write itself.
 * @throws the server's error; nothing is written then, unless the reply to the commit was lost.
 */
export async function writeBatch(session: WriteSession, task: BatchWrite): Promise<WriteReply> {
  const startedAt = performance.now();
  const prologue = task.alone ? predecessorCheck(session, task) : 'BEGIN; ';
  const parts = viewSlabs(task.content);
  const copying = copyIn(session.connection, prologue + COPY_EVENTS_IN_SQL, parts);
  if (task.alone) failpoint('commit-sent');
  const rows = await copying;
  checkRows(rows, task.rows);
  const copiedAt = performance.now();
  const commit = task.alone ? passGate(session, task) : await commitInOrder(session, task);
  return {
    ok: true,
    rows,
    bytes: task.content.bytes,
    times: { copyMs: copiedAt - startedAt, ...commit },
  };
}

/** @throws when a trigger or rule of the destination swallowed or added rows. */
export function checkRows(written: number, read: number): void {
  if (written !== read)
    throw new Error(`${read} events were read, the destination reports ${written} written`);
}

function predecessorCheck({ foundPredecessor }: WriteSession, { standsOn }: WriteTask): string {
  return foundPredecessor ? '' : standsOnSql(standsOn);
}

function passGate(
  session: WriteSession,
  { ticket, standsOn }: WriteTask,
): { waitMs: number; commitMs: number } {
  failpoint('committed');
  const isDirect = session.connection.backendPid !== undefined;
  if (standsOn !== undefined && isDirect) session.foundPredecessor = true;
  session.gate.committed(ticket);
  return { waitMs: 0, commitMs: 0 };
}

/** Waits for the turn of the open transaction, then commits it and lets the next one pass. */
export async function commitInOrder({ connection, gate }: WriteSession, { ticket, standsOn }: WriteTask) {
  const copiedAt = performance.now();
  failpoint('copied');
  if (!(await gate.mayCommit(ticket)))
    throw new GateClosedError('an earlier batch failed or the run was stopped');
  const passedAt = performance.now();
  const committing = connection.query(`${standsOnSql(standsOn)}COMMIT`);
  failpoint('commit-sent');
  await committing;
  failpoint('committed');
  gate.committed(ticket);
  return { waitMs: passedAt - copiedAt, commitMs: performance.now() - passedAt };
}
