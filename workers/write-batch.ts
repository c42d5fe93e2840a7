import { failpoint } from '../src/common/failpoint.js';
import { copyInCounted } from '../src/events/copy-in-counted.js';
import { COPY_EVENTS_IN_SQL, standsOnSql } from '../src/events/events-sql.js';
import { copyIn } from '../src/pg/copy-in.js';
import type { BatchWrite, WriteReply, WriteTask, WriteTimes } from '../src/threads/messages.js';
import { viewSlabs } from '../src/threads/slabs.js';
import type { WriteSession } from './write-sessions.js';

/** The run that this task belongs to has ended: what it had copied is rolled back. */
export class GateClosedError extends Error {
  override readonly name = 'GateClosedError';
}

/**
 * Up to so many rows the server counts them in the same message; more are worth another round trip, on a
 * short way.
 */
const FEW_ROWS = 100;

/**
 * Copies a batch in one transaction, which is committed only if the event it stands on is there and as many
 * rows were inserted as the batch has. Beside other lanes, it waits at the gate until all batches before it
 * are committed.
 * @throws the server's error; nothing is written then, unless the reply to the commit was lost.
 */
export function writeBatch(session: WriteSession, task: BatchWrite): Promise<WriteReply> {
  const inOneMessage = task.order === 'pipelined' || (task.order === 'alone' && task.rows <= FEW_ROWS);
  return inOneMessage ? writeCounted(session, task) : writeMany(session, task);
}

/** @throws when a trigger of the destination swallowed or added rows. */
export function checkRows(written: number, read: number): void {
  if (written !== read)
    throw new Error(`The destination took ${written} of ${read} events. Nothing was committed.`);
}

async function writeCounted({ connection, gate }: WriteSession, task: BatchWrite): Promise<WriteReply> {
  const startedAt = performance.now();
  const { rows, lastId, standsOn, ticket } = task;
  const copying = copyInCounted(connection, {
    parts: viewSlabs(task.content),
    rows,
    firstId: standsOn ?? firstIdOf(task),
    lastId,
    count: standsOn === undefined ? rows : rows + 1,
  });
  failpoint('commit-sent');
  await copying;
  failpoint('committed');
  gate.committed(ticket);
  return success(task, { copyMs: performance.now() - startedAt, waitMs: 0, commitMs: 0 });
}

/** The lowest id that a batch without a predecessor can have. */
function firstIdOf({ after }: WriteTask): bigint {
  return after + 1n;
}

async function writeMany(session: WriteSession, task: BatchWrite): Promise<WriteReply> {
  const startedAt = performance.now();
  const parts = viewSlabs(task.content);
  checkRows(await copyIn(session.connection, `BEGIN; ${COPY_EVENTS_IN_SQL}`, parts), task.rows);
  const copyMs = performance.now() - startedAt;
  return success(task, { copyMs, ...(await commitInOrder(session, task)) });
}

function success({ rows, content }: BatchWrite, times: WriteTimes): WriteReply {
  return { ok: true, rows, bytes: content.bytes, times };
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
