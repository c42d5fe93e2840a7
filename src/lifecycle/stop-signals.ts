import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
type StopSignal = (typeof SIGNALS)[number];

/**
 * npm passes ^C on to a process that the terminal has already told: the same signal within this time is one request.
 * Shorter than a person's second ^C.
 */
const ECHO_MS = 100;

/** Aborted by the first SIGINT or SIGTERM. Disposing it gives the signals back to Node. */
export interface StopSignals extends Disposable {
  readonly signal: AbortSignal;
}

/** Listens for SIGINT and SIGTERM: the first aborts `signal`, the second ends the process at once (exit 130 or 143). */
export function stopSignals(): StopSignals {
  const controller = new AbortController();
  let first: { signal: StopSignal; atMs: number } | undefined;
  const onSignal = (signal: StopSignal) => {
    const atMs = performance.now();
    if (first !== undefined && !(first.signal === signal && atMs - first.atMs < ECHO_MS)) {
      process.exit(128 + constants.signals[signal]);
    }
    first ??= { signal, atMs };
    controller.abort(new Error(`stopped by ${signal}`));
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
