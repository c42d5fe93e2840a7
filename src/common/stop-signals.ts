import { setMaxListeners } from 'node:events';
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Aborted by the first SIGINT or SIGTERM. Disposing it gives the signals back to Node. */
export interface StopSignals extends Disposable {
  readonly signal: AbortSignal;
  /** Aborts `signal` because of another signal. */
  stop(by: NodeJS.Signals): void;
}

/**
 * Listens for SIGINT and SIGTERM: the first aborts `signal`, the second ends the process at once (exit 130 or
 * 143).
 */
export function stopSignals(): StopSignals {
  const controller = new AbortController();
  // Each connection adds a listener, so there may be many.
  setMaxListeners(0, controller.signal);
  const stop = (by: NodeJS.Signals) => controller.abort(new Error(`stopped by ${by}`));
  const onSignal = (signal: (typeof SIGNALS)[number]) => {
    if (controller.signal.aborted) process.exit(128 + constants.signals[signal]);
    stop(signal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    stop,
    [Symbol.dispose]() {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
