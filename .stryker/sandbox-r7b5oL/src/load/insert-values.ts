// @ts-nocheck
import pg from 'pg';

/**
 * Turns JSON texts into the argument of `insert_events(text)`: the text after VALUES, with `($1[k], $2,
 * '<json>')` as row k. The argument is sent as a parameter; only this function quotes the literals inside it.
 */
export function insertValues(texts: readonly string[]): string {
  return texts.map((text, index) => `($1[${index + 1}], $2, ${pg.escapeLiteral(text)})`).join(',');
}
