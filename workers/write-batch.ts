import { failpoint } from '../src/common/failpoint.js';
import { copyInCounted } from '../src/events/copy-in-counted.js';
import { COPY_EVENTS_IN_SQL, refuteUnlessThereSql } from '../src/events/events-sql.js';
import { notifyBeforeCommitSql } from '../src/events/notification.js';
import { copyIn } from '../src/pg/copy-in.js';
import type { BatchWrite, WriteReply, WriteTask, WriteTimes } from '../src/threads/messages.js';
import { viewSlabs } from '../src/threads/slabs.js';
import type { WriteSession } from './write-sessions.js';

/** The run of this task has ended: what the task has copied is rolled back. */
export class GateClosedError extends Error {
  override readonly name = 'GateClosedError';
}

/** Up to this many rows, the check is sent in the same message. More rows are worth another round trip. */
const FEW_ROWS = 100;

/**
 * Copies a batch in one transaction. The transaction commits only if the event before the batch is there and
 * the server inserted every row. If other lanes write at the same time, it waits at the gate until all
 * earlier batches have committed.
 * @throws the error of the server. Nothing is written then, unless the reply to COMMIT was lost.
 */
export function writeBatch(session: WriteSession, task: BatchWrite): Promise<WriteReply> {
  const inOneMessage = task.order === 'pipelined' || (task.order === 'exclusive' && task.rows <= FEW_ROWS);
  return inOneMessage ? writeCounted(session, task) : writeMany(session, task);
}

/** @throws Error if the destination did not take every row, because a trigger dropped or added rows. */
export function checkRows(written: number, read: number): void {
  if (written !== read)
    throw new Error(`The destination took ${written} of ${read} events. Nothing was committed.`);
}

async function writeCounted(
  { connection, gate, notifies }: WriteSession,
  task: BatchWrite,
): Promise<WriteReply> {
  const startedAt = performance.now();
  const { rows, lastId, predecessorId, ticket } = task;
  const copying = copyInCounted(connection, {
    parts: viewSlabs(task.content),
    rows,
    firstId: predecessorId ?? firstIdOf(task),
    lastId,
    count: predecessorId === undefined ? rows : rows + 1,
    notifies,
  });
  failpoint('commit-sent');
  await copying;
  failpoint('committed');
  gate.committed(ticket);
  return success(task, { copyMs: performance.now() - startedAt, waitMs: 0, commitMs: 0 });
}

/** The lowest id that a batch can have if no event before it is known. */
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

/** Waits at the gate, commits the open transaction, and lets the next one pass. */
export async function commitInOrder(
  { connection, gate, notifies }: WriteSession,
  { ticket, predecessorId, lastId }: WriteTask,
) {
  const copiedAt = performance.now();
  failpoint('copied');
  if (!(await gate.mayCommit(ticket)))
    throw new GateClosedError('An earlier batch failed, or the run was stopped.');
  const passedAt = performance.now();
  const notify = notifies ? notifyBeforeCommitSql(lastId) : '';
  const committing = connection.query(`${refuteUnlessThereSql(predecessorId)}${notify}COMMIT`);
  failpoint('commit-sent');
  await committing;
  failpoint('committed');
  gate.committed(ticket);
  return { waitMs: passedAt - copiedAt, commitMs: performance.now() - passedAt };
}
