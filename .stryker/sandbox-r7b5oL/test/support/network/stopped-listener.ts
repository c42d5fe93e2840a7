// @ts-nocheck
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Listens, and takes no connection: `node -e` runs it. */
const LISTEN = `
  const server = require('net').createServer((socket) => socket.on('error', () => {}));
  server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => console.log(server.address().port));`;

/** How long the kernel takes to complete a connection on this machine, generously. */
const COMPLETED_MS = 100;

/**
 * A port of 127.0.0.1 whose queue of connections is full, because its process is stopped: new ones wait, as on a slow path,
 * until `go` lets it run. The client's kernel tries again after one second.
 */
export async function startStoppedListener() {
  const child = spawn(process.execPath, ['-e', LISTEN], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(String(line));
  child.kill('SIGSTOP');
  const fillers: Socket[] = [];
  for (let isFull = false; !isFull; ) {
    const filler = connect(port, '127.0.0.1').on('error', () => {});
    fillers.push(filler);
    const isTaken = once(filler, 'connect').then(() => true);
    isFull = !(await Promise.race([isTaken, sleep(COMPLETED_MS, false)]));
  }
  return {
    port,
    go: () => child.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      for (const filler of fillers) filler.destroy();
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
