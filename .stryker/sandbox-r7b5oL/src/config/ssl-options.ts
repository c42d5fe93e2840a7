// @ts-nocheck
import { resolve } from 'node:path';
import { z } from 'zod';
import { TLS_MODES, type TlsParams } from '../pg/connection-params.js';
import { resolveTls, type TlsRequest } from '../pg/resolve-tls.js';

const MODES = TLS_MODES.map((mode) => `\`'${mode}'\``).join(', ');

/** The fields of `ssl`, for validation's messages and docs/configuration.md. */
export const SSL_FIELDS = {
  mode: { type: MODES, required: true, description: 'As `sslmode` of libpq.' },
  rootCertificate: {
    type: 'file',
    default: '`PGSSLROOTCERT`, else `~/.postgresql/root.crt`',
    description:
      "Authority that must have signed the server's certificate. `'system'` stands for the authorities that Node trusts (`verify-full` only).",
  },
  certificate: {
    type: 'file',
    default: '`PGSSLCERT`, else `~/.postgresql/postgresql.crt`',
    description: 'Certificate of the client, for servers that require one.',
  },
  key: {
    type: 'file',
    default: '`PGSSLKEY`, else `~/.postgresql/postgresql.key`',
    description: 'Its private key, without a passphrase.',
  },
} as const;

/**
 * A mode, `false`, or an object with a mode and files relative to `folder`; without it libpq's environment
 * decides.
 */
export function sslSchema(folder: string): z.ZodType<TlsParams> {
  const file = z.string().min(1);
  const mode = z.enum(TLS_MODES);
  const files = z.strictObject({
    mode,
    rootCertificate: file.transform((name) => (name === 'system' ? name : resolve(folder, name))).optional(),
    certificate: file.transform((name) => resolve(folder, name)).optional(),
    key: file.transform((name) => resolve(folder, name)).optional(),
  });
  const request = z.union([mode.transform((only): TlsRequest => ({ mode: only })), files]).optional();
  return z.preprocess(readBoolean, request.transform(tlsOrIssues));
}

/**
 * Reads booleans, as pg and other drivers take them. `true` is refused: it does not say whether to verify the
 * certificate.
 */
function readBoolean(value: unknown, context: z.RefinementCtx): unknown {
  if (value === true) {
    context.addIssue({
      code: 'custom',
      message:
        "true does not say whether to verify the certificate; write 'require' or 'verify-full' instead",
      params: { complete: true },
    });
    return z.NEVER;
  }
  return value === false ? 'disable' : value;
}

function tlsOrIssues(request: TlsRequest | undefined, context: z.RefinementCtx): TlsParams {
  const { tls, problems } = resolveTls(request ?? {});
  for (const { field, message } of problems) {
    context.addIssue({ code: 'custom', path: [field], message, params: { complete: true } });
  }
  return tls;
}
