/**
 * Exit codes of `slate-hold` where it does not pass on that of the command: those of `env`, `nohup` and
 * `timeout`.
 */

/** The destination could not be held, or the hold was lost. */
export const OWN_ERROR = 125;
/** The command cannot be run. */
export const NOT_EXECUTABLE = 126;
/** The command was not found. */
export const NOT_FOUND = 127;
/** A command that a signal has ended: this and the number of the signal. */
export const SIGNAL_BASE = 128;
