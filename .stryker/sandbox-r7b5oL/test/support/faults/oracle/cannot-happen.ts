/** A fault would hit nobody, or is not possible now or here: it does not count. */
// @ts-nocheck

export class CannotHappenError extends Error {
  override readonly name = 'CannotHappenError';
}
