/** What a binary COPY stream begins and ends with (PostgreSQL manual, "COPY", Binary Format). */

export const COPY_SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');

/** Signature, no flags, no header extension. */
export const BINARY_HEADER = Buffer.concat([COPY_SIGNATURE, Buffer.alloc(8)]);

/** The field count of a tuple that does not exist: −1. */
export const BINARY_TRAILER = Buffer.from([0xff, 0xff]);
