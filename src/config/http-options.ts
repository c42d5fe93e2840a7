import { isIPv6 } from 'node:net';
import { z } from 'zod';
import { readPort } from './connection-options.js';
import { unlessNotGiven } from './not-given.js';
import { MAX_PORT } from './parse-host.js';

/** Where and how the state of a run is served over HTTP. */
export interface HttpConfig {
  /** 0: a free port, which the log names. */
  readonly port: number;
  readonly host: string;
  /** A destination that should move and does not for this long… */
  readonly stallSeconds: number;
  /** …while it lacks more events than this makes `/livez` fail. */
  readonly stallEvents: number;
}

const DEFAULT_HOST = '127.0.0.1';
const [DEFAULT_STALL_SECONDS, SHORTEST_STALL_SECONDS] = [300, 10];
const DEFAULT_STALL_EVENTS = 1_000;

/** The fields of `http`, for validation's messages and docs/configuration.md. */
export const HTTP_FIELDS = {
  port: {
    type: 'integer',
    description: 'Port to listen on; 0 takes a free one, which the log names. Without it nothing is served.',
  },
  host: {
    type: 'string',
    default: `\`${DEFAULT_HOST}\``,
    description:
      'Name or address of this machine to listen at. There is no authentication: any other than a loopback address lets others read the state.',
  },
  stallSeconds: {
    type: 'integer',
    default: String(DEFAULT_STALL_SECONDS),
    description: `\`/livez\` fails if a destination that should move does not for this long (≥ ${SHORTEST_STALL_SECONDS} s)…`,
  },
  stallEvents: {
    type: 'integer',
    default: String(DEFAULT_STALL_EVENTS),
    description: '…and lacks more events than this all the time (≥ 0).',
  },
} as const;

/** Undefined unless a port is given. */
export function httpSchema(): z.ZodType<HttpConfig | undefined> {
  const fields = z.strictObject({
    port: unlessNotGiven(z.preprocess(readPort, z.int().min(0).max(MAX_PORT)).optional()),
    host: unlessNotGiven(z.string().transform(bareHost).refine(isHost, NO_HOST).default(DEFAULT_HOST)),
    stallSeconds: unlessNotGiven(z.int().min(SHORTEST_STALL_SECONDS).default(DEFAULT_STALL_SECONDS)),
    stallEvents: unlessNotGiven(z.int().min(0).default(DEFAULT_STALL_EVENTS)),
  });
  return unlessNotGiven(fields.optional().transform((http) => withPort(http)));
}

function withPort(
  http: ({ port?: number | undefined } & Omit<HttpConfig, 'port'>) | undefined,
): HttpConfig | undefined {
  return http?.port === undefined ? undefined : { ...http, port: http.port };
}

/** `[::1]` as `::1`. */
function bareHost(text: string): string {
  return text.replace(/^\[(.*)\]$/, '$1');
}

function isHost(text: string): boolean {
  return isIPv6(text) || /^[\w.-]+$/.test(text);
}

const NO_HOST = 'expected a name or an address, without a port';
