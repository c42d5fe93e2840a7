/** Message of an error, or of anything else that can be thrown. */
// @ts-nocheck

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
