import { printable } from '../common/printable.js';
import { redact } from '../common/secrets.js';

/** Says something to the operator on standard error: standard output belongs to the command. */
export function tell(text: string): void {
  process.stderr.write(`slate-hold: ${printable(redact(text))}\n`);
}
