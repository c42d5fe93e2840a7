// @ts-nocheck
import type { Socket } from 'node:net';

/** Whose connection it is, told by the `application_name` that the client sends first. */
export type Role = 'listen' | 'read' | 'control' | 'write' | 'watch' | 'other';

export interface Startup {
  readonly role: Role;
  readonly database: string;
  /** The packet as it came, to be passed on. */
  readonly packet: Buffer;
}

/** Codes of packets that may come before the StartupMessage (PostgreSQL manual, "Message Formats"). */
const SSL_REQUEST = 80_877_103;
const GSS_ENCRYPTION_REQUEST = 80_877_104;

/**
 * Reads a client's first packet. Wishes for encryption are declined: the proxy could not tell the roles apart.
 * @returns undefined when the client goes away before.
 */
export async function readStartup(client: Socket): Promise<Startup | undefined> {
  for (;;) {
    const packet = await readPacket(client);
    if (packet === undefined) return undefined;
    const code = packet.readInt32BE(4);
    if (code !== SSL_REQUEST && code !== GSS_ENCRYPTION_REQUEST) return describe(packet);
    client.write('N');
  }
}

async function readPacket(client: Socket): Promise<Buffer | undefined> {
  const head = await readBytes(client, 8);
  if (head === undefined) return undefined;
  const rest = head.readInt32BE(0) - head.length;
  const body = rest > 0 ? await readBytes(client, rest) : Buffer.alloc(0);
  return body === undefined ? undefined : Buffer.concat([head, body]);
}

/** What comes behind stays in the socket. */
async function readBytes(client: Socket, length: number): Promise<Buffer | undefined> {
  for (;;) {
    const bytes: Buffer | null = client.read(length);
    if (bytes?.length === length) return bytes;
    if (client.readableEnded || client.destroyed) return undefined;
    await new Promise<void>((resume) => {
      const events = ['readable', 'end', 'close'] as const;
      const done = () => {
        for (const event of events) client.off(event, done);
        resume();
      };
      for (const event of events) client.on(event, done);
    });
  }
}

function describe(packet: Buffer): Startup {
  const words = packet.toString('utf8', 8).split('\0');
  const parameter = (name: string) => words[words.findIndex((word, at) => at % 2 === 0 && word === name) + 1];
  return {
    packet,
    role: roleOf(parameter('application_name') ?? ''),
    database: parameter('database') ?? '',
  };
}

/** The names that `src/replicate/sessions.ts` gives. */
function roleOf(applicationName: string): Role {
  const [, role = 'write'] = /^slate-replicator(?:\/(listen|read|control|watch)|(?:\/ahead\/\w+)?:)/.exec(
    applicationName,
  ) ?? ['', 'other'];
  return role as Role;
}
