import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { COMMAND_KEYS } from '../../src/config/options.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { runTool } from '../support/tool.js';

const unit = readFileSync('deploy/slate-replicator.service', 'utf8');

describe('the systemd unit', () => {
  it('is understood by systemd', (context) => {
    runTool(context, 'systemd-analyze', ['verify', 'deploy/slate-replicator.service']);
  });

  it('leaves a process little that could be abused', (context) => {
    const args = ['security', '--offline=true', '--threshold=20', 'deploy/slate-replicator.service'];
    runTool(context, 'systemd-analyze', args);
  });

  it('reads the configuration again by SIGHUP, and leaves alone what needs a person', () => {
    expect(unit).toMatch(/^ExecReload=\/bin\/kill -HUP \$MAINPID$/m);
    expect(unit).toMatch(/^RestartPreventExitStatus=2 3$/m);
  });
});

/** What the replicator makes of a configuration. The files with its passwords are not on this machine. */
function parsed(config: unknown) {
  const text = JSON.stringify(config).replace(/"passwordFile":"[^"]*"/g, '"password":"x"');
  const raw = JSON.parse(text) as Record<string, unknown>;
  return parseConfig('example', raw, COMMAND_KEYS['slate-replicator']);
}

interface Service {
  readonly image: string;
  readonly volumes?: readonly string[];
}

describe('the compose file', () => {
  const compose = parse(readFileSync('deploy/compose.yaml', 'utf8'), { merge: true }) as {
    services: Readonly<Record<string, Service>>;
  };
  const services = Object.values(compose.services);

  it('mounts only files that there are', () => {
    const mounted = services
      .flatMap(({ volumes = [] }) => volumes)
      .flatMap((volume) => volume.match(/^\.[^:]*/) ?? []);
    expect(mounted.length).toBeGreaterThan(4);
    expect(mounted.filter((file) => !existsSync(join('deploy', file)))).toEqual([]);
  });

  it('names a version of every image of others', () => {
    const images = services.map(({ image }) => image).filter((image) => image !== 'slate-replicator');
    expect(images.filter((image) => !/:v?\d/.test(image))).toEqual([]);
  });

  it('gives the replicator a configuration that it accepts, for the servers of the file', () => {
    const file = createRequire(import.meta.url).resolve('../../deploy/compose/replicator.config.cjs');
    const { values, warnings } = parsed(createRequire(import.meta.url)(file));
    expect(warnings).toEqual([]);
    for (const { host } of [values.eventSource, ...values.replicationDestinations]) {
      expect(compose.services).toHaveProperty(host);
    }
  });
});

describe('the manifest for Kubernetes', () => {
  const documents = parseAllDocuments(readFileSync('deploy/kubernetes.yaml', 'utf8')).map(
    (document) =>
      document.toJS() as { kind: string; data: Record<string, string>; spec: Record<string, unknown> },
  );
  const deployment = documents.find(({ kind }) => kind === 'Deployment');

  it('runs without any privilege, and asks the probes of the replicator', () => {
    expect(deployment?.spec).toMatchObject({
      template: {
        spec: {
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 30,
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              livenessProbe: { httpGet: { path: '/livez' } },
              readinessProbe: { httpGet: { path: '/readyz' } },
              resources: { requests: {}, limits: {} },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
            },
          ],
        },
      },
    });
  });

  it('holds a configuration that the replicator accepts', () => {
    const text = documents.find(({ kind }) => kind === 'ConfigMap')?.data['replicator.config.cjs'] ?? '';
    const loaded = { exports: {} };
    new Function('module', text)(loaded);
    const { values, warnings } = parsed(loaded.exports);
    expect(warnings).toEqual([]);
    expect(values.http).toMatchObject({ port: 9464 });
  });
});
