/**
 * Places at which a test can kill the process. `SLATE_FAILPOINT=committed:3` kills it, as kill -9 does, when
 * a thread reaches `committed` for the third time. Without the variable a failpoint costs one comparison.
 */
// @ts-nocheck

export type Failpoint =
  /** The destination has the data of a batch; COMMIT is not sent yet. */
  | 'copied'
  /** COMMIT is sent; its reply has not arrived. */
  | 'commit-sent'
  /** The destination has committed; no other part of this process knows yet. */
  | 'committed'
  /** LISTEN has been executed; nothing was read since. */
  | 'listening'
  /** A part of a giant transaction is on its way. */
  | 'piping';

const [wanted, count = '1'] = (process.env['SLATE_FAILPOINT'] ?? '').split(':');
let passes = 0;

/** Kills the process here, if `SLATE_FAILPOINT` says so. */
export function failpoint(here: Failpoint): void {
  if (here !== wanted) return;
  passes += 1;
  if (passes === Number(count)) process.kill(process.pid, 'SIGKILL');
}
