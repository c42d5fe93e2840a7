import type { WriteFailure, WriteReply, WriteTask } from '../src/batch/write-task.js';
import { errorCode } from '../src/pg/error-code.js';
import { pipeGiant, SourceError } from './pipe-giant.js';
import { GateClosedError, writeBatch } from './write-batch.js';
import { WriteSessions } from './write-sessions.js';

const sessions = new WriteSessions();

/** The one task of the pool: write one batch, or pipe one giant transaction, to one destination. */
export default async function write(task: WriteTask): Promise<WriteReply> {
  try {
    const session = await sessions.of(task);
    return task.kind === 'batch' ? await writeBatch(session, task) : await pipeGiant(session, task);
  } catch (error) {
    sessions.drop(task);
    return describeFailure(error);
  }
}

/** Errors cross threads as data: an Error object would lose its code. */
function describeFailure(error: unknown): WriteFailure {
  const code = errorCode(error);
  const message = error instanceof Error ? error.message : String(error);
  return { ok: false, kind: kindOf(error), message, ...(code === undefined ? {} : { code }) };
}

function kindOf(error: unknown): WriteFailure['kind'] {
  if (error instanceof GateClosedError) return 'closed';
  return error instanceof SourceError ? 'source' : 'destination';
}
