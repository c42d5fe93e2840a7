/** What runs until it is told to stop. */
// @ts-nocheck

interface Runner {
  run(stop: AbortSignal): Promise<void>;
}

/** Starts all of them. @returns how to stop them and wait for their end. */
export function keepRunning(all: readonly Runner[]): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const running = Promise.all(all.map((each) => each.run(stopping.signal)));
  running.catch(() => {});
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
