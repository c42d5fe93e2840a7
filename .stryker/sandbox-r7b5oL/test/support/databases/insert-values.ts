/** The text after VALUES as the original's loaders write it: row k is `($1[k], $2, '<json>')`. */
// @ts-nocheck

export function insertValues(events: readonly string[]): string {
  return events.map((json, at) => `($1[${at + 1}], $2, '${json.replaceAll("'", "''")}')`).join(', ');
}
