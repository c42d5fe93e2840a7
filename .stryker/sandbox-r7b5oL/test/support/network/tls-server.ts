// @ts-nocheck
import type { PostgresServer } from '../postgres/postgres-server.js';
import { startPostgres } from '../postgres/server.js';
import type { Certified } from './certificates.js';

/** May connect with a certificate of its name only. */
export const CERTIFIED_ROLE = 'certified';
/** May connect in plain text only. */
export const PLAIN_ROLE = 'plain_only';

const HBA = `
hostssl   all ${CERTIFIED_ROLE} all cert
hostssl   all ${PLAIN_ROLE} all reject
host      all all all scram-sha-256
`;

/**
 * A PostgreSQL of our own with TLS on, whatever the other tests use.
 * @param clientAuthority certificate of those who may issue client certificates.
 */
export function startTlsServer(server: Certified, clientAuthority: string): Promise<PostgresServer> {
  return startPostgres({
    settings: {
      ssl: 'on',
      ssl_cert_file: 'server.crt',
      ssl_key_file: 'server.key',
      ssl_ca_file: 'clients.crt',
    },
    files: {
      'server.crt': server.certificate,
      'server.key': server.key,
      'clients.crt': clientAuthority,
      'pg_hba.conf': HBA,
    },
  });
}

/** A PostgreSQL of our own without TLS. */
export function startPlainServer(): Promise<PostgresServer> {
  return startPostgres({ settings: { ssl: 'off' } });
}
