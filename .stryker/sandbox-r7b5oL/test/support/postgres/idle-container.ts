// @ts-nocheck
import type { StartedTestContainer } from 'testcontainers';
import { announced, type Say } from './announce.js';

const DEFAULT_IMAGE = 'postgres:18-alpine';
const START_TIMEOUT_MS = 120_000;

/** A container and how it is reached from here. */
export interface IdleContainer {
  readonly container: StartedTestContainer;
  readonly host: string;
  readonly port: number;
}

const PORT = 5432;

/**
 * Starts a container of a PostgreSQL image that only sleeps, so that the server in it can be stopped, killed and started while the
 * container keeps its port. The image is that of `SLATE_POSTGRES_IMAGE`; it is pulled where it is missing.
 * @throws Error that says what could not be had, with `whyContainer`.
 */
export async function startIdleContainer(say: Say, whyContainer = ''): Promise<IdleContainer> {
  const image = process.env['SLATE_POSTGRES_IMAGE'] || DEFAULT_IMAGE;
  try {
    await announced(say, 'Looking for a container engine', async () => (await engine()).info);
    if (!(await isThere(image))) await announced(say, `Pulling the image ${image}`, () => pull(image));
    const container = await announced(say, `Starting a container of ${image}`, () => start(image));
    return { container, host: await addressOfEngine(), port: container.getMappedPort(PORT) };
  } catch (cause) {
    const advice = 'Start a container engine that has the image, or name a server in SLATE_POSTGRES_URL.';
    const problem = `No container of ${image}: ${(cause as Error).message}.`;
    throw new Error([whyContainer, problem, advice].filter(Boolean).join(' '), { cause });
  }
}

async function engine() {
  return (await import('testcontainers')).getContainerRuntimeClient();
}

/** Not its name: an engine may map a port of IPv4 and one of IPv6 that differ (testcontainers/testcontainers-node#750). */
async function addressOfEngine(): Promise<string> {
  const { host, hostIps } = (await engine()).info.containerRuntime;
  return hostIps[0]?.address ?? host;
}

async function isThere(image: string): Promise<boolean> {
  const { ImageName } = await import('testcontainers');
  return (await engine()).image.exists(ImageName.fromString(image));
}

async function pull(image: string): Promise<void> {
  const { ImageName } = await import('testcontainers');
  await (await engine()).image.pull(ImageName.fromString(image));
}

async function start(image: string): Promise<StartedTestContainer> {
  const { GenericContainer, Wait } = await import('testcontainers');
  // A shell, because the first process of a container has to collect those that were killed.
  return (
    new GenericContainer(image)
      .withEntrypoint(['sh', '-c'])
      .withCommand(['while :; do sleep 1; done'])
      .withUser('postgres')
      .withExposedPorts(PORT)
      .withSharedMemorySize(512 * 1024 * 1024)
      // Unless told otherwise testcontainers waits for somebody to listen at the port, which comes later here.
      .withWaitStrategy(Wait.forSuccessfulCommand('initdb --version'))
      .withStartupTimeout(START_TIMEOUT_MS)
      .start()
  );
}
