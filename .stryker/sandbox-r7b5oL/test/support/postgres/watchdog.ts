// @ts-nocheck
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Ends the process whose id is in `folder/pid` and removes the folder. It waits for the end of its standard input, which comes when this
 * process ends, of whatever: one mechanism for the orderly end, ^C, a crash and SIGKILL.
 */
const SCRIPT = `
cat > /dev/null
pid=$(cat "$1/pid" 2> /dev/null)
if [ -n "$pid" ]; then
  kill -QUIT "$pid" 2> /dev/null
  n=0
  while kill -0 "$pid" 2> /dev/null && [ $n -lt 100 ]; do sleep 0.05; n=$((n + 1)); done
  kill -KILL "$pid" 2> /dev/null
fi
rm -rf "$1" 2> /dev/null || { sleep 1; rm -rf "$1"; }
`;

/** Watches over a folder with a server in it, from a process group of its own. Disposing returns when all is gone. */
export function watchOver(folder: string): AsyncDisposable {
  const watchdog = spawn('/bin/sh', ['-c', SCRIPT, 'watchdog', folder], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const gone = once(watchdog, 'exit');
  watchdog.unref();
  (watchdog.stdin as unknown as { unref(): void }).unref();
  return {
    async [Symbol.asyncDispose]() {
      watchdog.ref();
      watchdog.stdin.end();
      await gone;
    },
  };
}
