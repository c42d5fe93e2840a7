// @ts-nocheck
import { expect, test } from 'vitest';
import { runCommand } from '../../support/commands/command.js';
import { ConfigFolder } from '../../support/config/config-folder.js';
import { OLD_CONFIGURATIONS } from '../../support/config/old-configurations.js';
import { type Site, writeOld } from '../../support/config/old-site.js';
import { createInstallation } from '../../support/installation/installation.js';

const CHOSEN = [
  'the example of its README: a variable, with a comment at every key',
  'a secret read from a file beside it',
  'functions among the exports',
  'keys in connections that nobody reads',
  'limits that are null',
  '-c plain: plain.js',
  '-c folder: the main of its package.json',
  'a file with an extension of its own',
];

test.each(CHOSEN)('a configuration of version 0.1.4 replicates: %s', async (title) => {
  await using installation = await createInstallation();
  using folder = new ConfigFolder();
  const old = OLD_CONFIGURATIONS.find((candidate) => candidate.title === title);
  if (old === undefined) throw new Error(`no configuration is called ${title}`);
  const { host, port, user = '', password = '', databaseName } = installation.source;
  const site: Site = {
    host: host.startsWith('/') ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`,
    user,
    password,
    source: databaseName,
    replica: installation.destination().databaseName,
  };
  await installation.append(50);
  const { code, records } = await runCommand('slate-replicator', [
    '-c',
    writeOld(old, site, folder),
    '--once',
  ]);
  expect(code).toBe(0);
  const warned = records.filter(({ level }) => level === 40).map(({ problem }) => problem);
  expect(warned).toEqual(expect.arrayContaining([...(old.warnings ?? [])]));
  await installation.untilEqual();
});
