/** Whatever a server sends, only the session that it was sent in ends, with an error that says so. */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import { OperatorError } from '../../src/common/operator-error.js';
import { connect } from '../../src/pg/connect.js';
import { LONGEST_MESSAGE_BYTES, SHORT_MESSAGE_BYTES } from '../../src/pg/message-guard.js';
import { createInstallation } from '../support/installation/installation.js';
import { createAuthority } from '../support/network/certificates.js';
import { NonsenseProxy } from '../support/network/nonsense-proxy.js';

/** A message: its type, its content, and the length that it claims to have. */
function message(type: string, content = '', length = content.length + 4): Buffer {
  const header = Buffer.from(`${type}\0\0\0\0`, 'latin1');
  header.writeUInt32BE(length, 1);
  return Buffer.concat([header, Buffer.from(content, 'latin1')]);
}

const STRAY_MESSAGES = {
  'a row more than there is': message('D', '\0\x01\xff\xff\xff\xff'),
  'a row that is cut off': message('D', '\0\x05\0\0\0\x7f'),
  'a description of rows that is cut off': message('T', '\x7f'),
  'a request for a password': message('R', '\0\0\0\x03'),
  'a request for a password of a kind that there is not': message('R', '\0\0\0\x63'),
  'a type of message that there is not': message('~', 'what?'),
  'a message without a length': message('D', '', 0),
  'the answer of a web server': Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
  'an announcement of 2 GiB': message('D', 'and so on', 2 ** 31 - 1),
} as const;

/** What the driver drops while it waits for something else. */
const DROPPED = {
  'data of a COPY': message('d', 'A'),
  'the end of a COPY': message('c'),
} as const;

const certificate = createAuthority('nonsense').issue({ commonName: 'nonsense', hosts: ['nonsense'] });

describe.each([
  ['in plain text', undefined],
  ['encrypted', certificate],
])('a session %s that is sent', (_, encryption) => {
  const options = { applicationName: 'slate-test', connectTimeoutMs: 15_000 };

  test.each(Object.entries(STRAY_MESSAGES))('%s fails, and only that session', async (__, bytes) => {
    await using all = await createInstallation();
    const nonsense = { bytes, behind: 'T', role: 'other' } as const;
    await using proxy = await NonsenseProxy.inFrontOf({
      server: all.source,
      nonsense,
      certificate: encryption,
    });
    await expect(connect(proxy.through(all.source), options)).rejects.toBeInstanceOf(OperatorError);
    await using next = await connect(proxy.through(all.source), options);
    expect(await next.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(proxy.sent).toBe(1);
  });

  test.each(Object.entries(DROPPED))('%s goes on', async (__, bytes) => {
    await using all = await createInstallation();
    const nonsense = { bytes, behind: 'T', role: 'other' } as const;
    await using proxy = await NonsenseProxy.inFrontOf({
      server: all.source,
      nonsense,
      certificate: encryption,
    });
    await using session = await connect(proxy.through(all.source), options);
    expect(await session.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(proxy.sent).toBe(1);
  });
});

describe.each([
  ['listen', 'a row that is cut off'],
  ['listen', 'an announcement of 2 GiB'],
  ['read', 'a row that is cut off'],
  ['read', 'an announcement of 2 GiB'],
  ['control', 'a row that is cut off'],
  ['control', 'an announcement of 2 GiB'],
  ['write', 'data of a COPY'],
  ['write', 'a row that is cut off'],
  ['write', 'an announcement of 2 GiB'],
] as const)('in a session of the role %s, %s', (role, stray) => {
  test('ends that session; another goes on in its place, and another destination notices nothing', async () => {
    await using all = await createInstallation({ destinations: 2 });
    // Behind a description of rows, or the answer to a COPY: the session is at work then.
    const bytes = { ...STRAY_MESSAGES, ...DROPPED }[stray];
    const nonsense = { bytes, behind: role === 'write' ? 'G' : 'T', role };
    await using proxy = await NonsenseProxy.inFrontOf({ server: all.source, nonsense });
    await using running = all.start({
      eventSource: proxy.through(all.source),
      replicationDestinations: [proxy.through(all.destination(0)), all.destination(1)],
      onError: 'retry',
    });
    await all.append(10);
    await all.untilEqual();
    expect(proxy.sent).toBe(1);
    // The first question is for the connections that are left: its answer is done without.
    if (role === 'control' || role === 'read') return;
    if (role === 'listen') {
      await running.log.until('cannot listen to the source: trying again');
      return;
    }
    const records = await running.log.until('destination failed: trying again');
    expect(records.map(({ err }) => (err as { message: string }).message)).toEqual([
      expect.stringMatching(/: (The server|Received)/),
    ]);
  });
});

test('a session that reads events takes messages up to the limit of PostgreSQL, any other 16 MiB', async () => {
  await using all = await createInstallation();
  const huge = SHORT_MESSAGE_BYTES + 1_000;
  const ask = `SELECT repeat('x', ${huge}) AS text`;
  const options = { applicationName: 'slate-test', connectTimeoutMs: 15_000 };
  await using short = await connect(all.source, options);
  await expect(short.query(ask)).rejects.toThrow(
    /announced a message of \d+ bytes\. This session accepts at most 16777216/,
  );
  expect(short.lost.aborted).toBe(true);
  await using long = await connect(all.source, { ...options, maxMessageBytes: LONGEST_MESSAGE_BYTES });
  const [row] = await long.query<{ text: string }>(ask);
  expect(row?.text.length).toBe(huge);
});
