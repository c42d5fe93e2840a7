// @ts-nocheck
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { createInstallation } from '../support/installation/installation.js';

/** The package as npm would install it, with this checkout's dependencies. */
function unpackedPackage() {
  const folder = mkdtempSync(join(tmpdir(), 'slate-package-'));
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { stdio: 'pipe' });
  const tarball = readdirSync(folder)[0] ?? '';
  execFileSync('tar', ['-xzf', tarball], { cwd: folder });
  symlinkSync(resolve('node_modules'), join(folder, 'package', 'node_modules'));
  return {
    run: (command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
      execFileSync(process.execPath, [join(folder, `package/dist/bin/${command}.js`), ...args], {
        encoding: 'utf8',
        env: { ...process.env, ...env },
      }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

it('the package, as it is packed, makes a database and replicates', async () => {
  using unpacked = unpackedPackage();
  await using all = await createInstallation();
  await all.append(1000);
  const { host, port, user = '', password = '', databaseName } = all.destination();
  await all.query(all.source, `DROP DATABASE ${databaseName}`);
  const server = ['--host', host, '--port', String(port), '--user', user];
  const database = ['--new-database', databaseName, '--table-type', 'destination'];
  unpacked.run('slate-init-db', [...server, ...database], { PGPASSWORD: password });
  unpacked.run('slate-replicator', ['-c', all.writeConfig(), '--once']);
  await all.untilEqual();
  expect(await all.count(all.destination())).toBe(1000);
});
