/** The beginning and the end of a binary COPY stream (PostgreSQL manual, "COPY", Binary Format). */
// @ts-nocheck


export const COPY_SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');

/** Signature, no flags, no header extension. */
export const BINARY_HEADER = Buffer.concat([COPY_SIGNATURE, Buffer.alloc(8)]);

/** End marker: a field count of −1. */
export const BINARY_TRAILER = Buffer.from([0xff, 0xff]);
