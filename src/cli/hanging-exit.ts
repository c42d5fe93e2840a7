const PATIENCE_MS = 5_000;

/** A command that is done but whose process does not end has left something open: after 5 s it says so and ends. */
export function watchForHangingExit(name: string, patienceMs: number = PATIENCE_MS): void {
  const giveUp = () => {
    const open = process.getActiveResourcesInfo().join(', ');
    process.stderr.write(
      `${name}: done, but still open after ${patienceMs} ms: ${open}. Ending the process.\n`,
    );
    process.exit();
  };
  setTimeout(giveUp, patienceMs).unref();
}
