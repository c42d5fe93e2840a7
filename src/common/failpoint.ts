/**
 * Places at which tests end the process: `SLATE_FAILPOINT=committed:3` kills it, as kill -9 does, when it
 * comes to `committed` for the third time in a thread. Without the variable they cost one comparison.
 */
export type Failpoint =
  /** The data of a batch is at the destination, its COMMIT is not sent. */
  | 'copied'
  /** COMMIT is sent, and nobody waits for the reply. */
  | 'commit-sent'
  /** The destination has committed, and nobody knows. */
  | 'committed'
  /** LISTEN is done, nothing was read since. */
  | 'listening'
  /** A piece of a transaction too large for memory is on its way. */
  | 'piping';

const [wanted, count = '1'] = (process.env['SLATE_FAILPOINT'] ?? '').split(':');
let passes = 0;

/** Ends the process here, if that is what the environment says. */
export function failpoint(here: Failpoint): void {
  if (here !== wanted) return;
  passes += 1;
  if (passes === Number(count)) process.kill(process.pid, 'SIGKILL');
}
