import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Connects to the server at this address. */
export async function dialHttp(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) }).on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Sends these bytes, and waits until the server has ended the connection. @returns what it answered. */
export async function sendRaw(url: string, text: string): Promise<string> {
  const socket = await dialHttp(url);
  let answer = '';
  socket.setEncoding('utf8').on('data', (piece: string) => {
    answer += piece;
  });
  socket.write(text);
  await once(socket, 'close');
  return answer;
}
