// @ts-nocheck
import type { MessagePort } from 'node:worker_threads';
import { isBug } from '../src/common/bug.js';
import { failedCopyRow } from '../src/events/failed-copy-row.js';
import { errorCode, safeMessage, serverErrorFields } from '../src/pg/error-code.js';
import {
  type ConnectAhead,
  SERVING,
  type WriteAnswer,
  type WriteFailure,
  type WriteReply,
  type WriteRequest,
  type WriteTask,
} from '../src/threads/messages.js';
import { pipeGiant, SourceError } from './pipe-giant.js';
import { ChangedSourceError } from './read-ranges.js';
import { idOfRow } from './row-id.js';
import { GateClosedError, writeBatch } from './write-batch.js';
import { WriteSessions } from './write-sessions.js';

const sessions = new WriteSessions();

/**
 * The one task of a thread: serves the writes that arrive over a port until the port closes. Several run at a
 * time.
 */
export default function serve(port: MessagePort): Promise<void> {
  port.on('message', async (request: WriteRequest | ConnectAhead) => {
    if ('ahead' in request) return sessions.connectAhead(request);
    const { requestId, task } = request;
    port.postMessage({ requestId, reply: await write(task) } satisfies WriteAnswer);
  });
  sessions.onTrouble = (trouble) => port.postMessage(trouble);
  port.postMessage(SERVING);
  return new Promise((resolve) => port.once('close', resolve));
}

/** Writes one batch, or pipes one giant transaction, to one destination. */
async function write(task: WriteTask): Promise<WriteReply> {
  try {
    const session = await sessions.of(task);
    const reply = task.kind === 'batch' ? await writeBatch(session, task) : await pipeGiant(session, task);
    await sessions.rest(task);
    return reply;
  } catch (error) {
    sessions.drop(task);
    return describeFailure(error, task);
  }
}

/** A failed write. Errors cross threads as data, because an Error object would lose its `code`. */
function describeFailure(error: unknown, task: WriteTask): WriteFailure {
  return {
    ok: false,
    kind: kindOf(error),
    message: safeMessage(error),
    code: errorCode(error),
    ...serverErrorFields(error),
    ...refusedEvent(error, task),
    changedAt: error instanceof ChangedSourceError ? error.id : undefined,
    stack: isBug(error) ? error.stack : undefined,
  };
}

/** The event that the server refused, if the error names a row of the COPY. */
function refusedEvent(error: unknown, task: WriteTask): Pick<WriteFailure, 'eventId' | 'refused'> {
  const row = failedCopyRow(error);
  if (row === undefined) return {};
  return task.kind === 'batch'
    ? { eventId: idOfRow(task.content, row) }
    : { refused: { row, after: task.after } };
}

function kindOf(error: unknown): WriteFailure['kind'] {
  if (isBug(error)) return 'bug';
  if (error instanceof GateClosedError) return 'closed';
  if (error instanceof ChangedSourceError) return 'source changed';
  return error instanceof SourceError ? 'source' : 'destination';
}
