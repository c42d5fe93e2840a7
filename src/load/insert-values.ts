import pg from 'pg';

/**
 * JSON texts as the argument of `insert_events(text)`: what follows VALUES, row k being `($1[k], $2,
 * '<json>')`. It is sent as a parameter; the literals inside it are quoted here and nowhere else.
 */
export function insertValues(texts: readonly string[]): string {
  return texts.map((text, index) => `($1[${index + 1}], $2, ${pg.escapeLiteral(text)})`).join(',');
}
