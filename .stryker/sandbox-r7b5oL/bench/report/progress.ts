/** Tells on stderr what is being measured, a line each, with the time since the start. */
// @ts-nocheck

export interface Progress {
  say(text: string): void;
}

export function startProgress(output: NodeJS.WritableStream = process.stderr): Progress {
  const startedAtMs = performance.now();
  return {
    say(text) {
      output.write(`${formatElapsed(performance.now() - startedAtMs)}  ${text}\n`);
    },
  };
}

/** Minutes and seconds: `03:07`. */
function formatElapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return [Math.floor(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, '0')).join(':');
}
