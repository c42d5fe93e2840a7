// @ts-nocheck
import { randomBytes } from 'node:crypto';
import type { StartedTestContainer } from 'testcontainers';
import { announced, saysNothing } from './announce.js';
import { startIdleContainer } from './idle-container.js';
import type { PostgresOptions, PostgresServer, StopMode } from './postgres-server.js';
import { newDatabasePrefix, serverAt } from './server-address.js';
import { settingArguments } from './server-settings.js';

const DATA = '/tmp/data';
const KILL = `pid=$(head -n 1 ${DATA}/postmaster.pid); kill -9 $pid; while kill -0 $pid 2> /dev/null; do sleep 0.1; done`;

/**
 * Starts a PostgreSQL in a container, which testcontainers removes, also when this process is killed.
 * @param whyContainer why there is no other way, for the error.
 */
export async function startContainerServer(
  options: PostgresOptions,
  whyContainer?: string,
): Promise<PostgresServer> {
  const say = options.say ?? saysNothing;
  const { container, host, port } = await startIdleContainer(say, whyContainer);
  const password = randomBytes(12).toString('hex');
  try {
    await announced(say, 'Making a data folder (initdb)', () => initialise(container, password, options));
    await announced(say, 'Starting PostgreSQL', () => start(container, options));
  } catch (error) {
    await container.stop();
    throw error;
  }
  const address = { host, port, user: 'postgres', password };
  return {
    ...serverAt({ ...address, kind: 'container', databasePrefix: newDatabasePrefix() }),
    pid: undefined,
    ...controls(container, options),
  };
}

async function initialise(
  container: StartedTestContainer,
  password: string,
  options: PostgresOptions,
): Promise<void> {
  const script = `umask 077; printf %s "$1" > /tmp/password && initdb -D ${DATA} -U postgres --auth=scram-sha-256 --pwfile=/tmp/password
    --encoding=UTF8 --no-locale --no-sync && echo 'host all all all scram-sha-256' >> ${DATA}/pg_hba.conf`;
  await run(container, ['sh', '-c', script.replaceAll('\n', ' '), 'sh', password]);
  for (const [name, text] of Object.entries(options.files ?? {})) {
    await run(container, ['sh', '-c', `umask 077; printf %s "$2" > ${DATA}/"$1"`, 'sh', name, text]);
  }
}

async function start(container: StartedTestContainer, options: PostgresOptions): Promise<void> {
  const settings = settingArguments(options, { listen_addresses: '*', port: '5432' });
  const quoted = settings.map((part) => `'${part.replaceAll("'", `'\\''`)}'`).join(' ');
  // Right after a kill the dying sessions still hold its shared memory.
  const script =
    'for n in 1 2 3 4 5; do pg_ctl start -w -D "$1" -l /tmp/log -o "$2" && exit; sleep 1; done; exit 1';
  await run(container, ['sh', '-c', script, 'sh', DATA, quoted]);
}

function controls(container: StartedTestContainer, options: PostgresOptions) {
  return {
    stop: (mode: StopMode = 'fast') => run(container, ['pg_ctl', 'stop', '-w', '-D', DATA, '-m', mode]),
    kill: () => run(container, ['sh', '-c', KILL]),
    start: () => start(container, options),
    async [Symbol.asyncDispose]() {
      await container.stop();
    },
  };
}

async function run(container: StartedTestContainer, command: string[]): Promise<void> {
  const { exitCode, output } = await container.exec(command);
  if (exitCode === 0) return;
  const log = await container.exec(['tail', '-n', '15', '/tmp/log']);
  throw new Error(`${command[0]} failed in the container:\n${output}\n${log.output}`);
}
