// @ts-nocheck
import pg from 'pg';
import { OperatorError } from '../../common/operator-error.js';
import type { Connection } from '../../pg/connection.js';
import { errorCode } from '../../pg/error-code.js';
import { explainDatabaseError } from '../../pg/explain-error.js';
import { inTransaction } from '../../pg/in-transaction.js';
import { runOne } from '../../pg/run-one.js';
import { PROGRAM_LIMIT_EXCEEDED } from '../../pg/sqlstate.js';
import { reactionTo } from '../errors/retry-or-stop.js';
import { eventOfLongestValue, type IndexedValue, readIndexedValues } from './long-value.js';
import { type IndexDefinition, WAITING_TABLE } from './waiting-list.js';

/** Says which index could not be built, why, and how to go on without it. */
export async function explainBuild(
  error: unknown,
  builder: Connection,
  index: IndexDefinition,
): Promise<OperatorError> {
  const id = errorCode(error) === PROGRAM_LIMIT_EXCEEDED ? await findEvent(builder, index) : undefined;
  const from = id === undefined ? '' : ` because of event ${id}`;
  const doing = `build index "${index.name}"${from} in`;
  const explained = explainDatabaseError(error, { doing, params: builder.params });
  if (reactionTo(explained) !== 'stop') return explained;
  return new OperatorError(explained.message, { cause: error, hint: goOnWithout(index.name) });
}

function goOnWithout(name: string): string {
  return `To go on without this index, run in the destination: DELETE FROM ${WAITING_TABLE} WHERE name = ${pg.escapeLiteral(name)};`;
}

/** Finds the event whose value is too long, for the message. */
async function findEvent(builder: Connection, index: IndexDefinition): Promise<bigint | undefined> {
  try {
    const value = await inTransaction(builder, () => readValue(builder, index));
    return value && (await eventOfLongestValue(builder, value));
  } catch {
    return undefined;
  }
}

/** Reads which value an index holds, from a copy of the index that holds no rows. */
async function readValue(
  builder: Connection,
  { name, definition }: IndexDefinition,
): Promise<IndexedValue | undefined> {
  await builder.query('SAVEPOINT whole');
  await runOne(builder, `${definition} WHERE false`).catch(async () => {
    await builder.query('ROLLBACK TO SAVEPOINT whole');
    await runOne(builder, `${definition} AND false`);
  });
  const value = (await readIndexedValues(builder)).find((each) => each.name === name);
  await builder.query(`DROP INDEX public.${pg.escapeIdentifier(name)}`);
  return value && { ...value, predicate: withoutFalse(value.predicate) };
}

function withoutFalse(predicate: string | null): string | null {
  return predicate === 'false' ? null : (predicate?.replace(/ AND false\)$/, ')') ?? null);
}
