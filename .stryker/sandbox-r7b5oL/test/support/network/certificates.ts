// @ts-nocheck
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

/** A certificate and its private key, both PEM. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

interface CertificateOptions {
  readonly commonName: string;
  /** Host names and IPv4 addresses that it is good for. */
  readonly hosts?: readonly string[];
}

export interface Authority extends Certified {
  issue(options: CertificateOptions): Certified;
}

const DAY_MS = 86_400_000;

const OID = {
  ecdsaWithSha256: Buffer.from('06082a8648ce3d040302', 'hex'),
  commonName: Buffer.from('0603550403', 'hex'),
  basicConstraints: Buffer.from('0603551d13', 'hex'),
  subjectAltName: Buffer.from('0603551d11', 'hex'),
} as const;

/** A certificate authority for tests. Nothing of it is ever stored. */
export function createAuthority(commonName: string): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const isAuthority = extension(OID.basicConstraints, sequence(tlv(0x01, Buffer.from([0xff]))));
  const own = certify(
    { commonName, publicKey: keys.publicKey, extensions: [isAuthority] },
    commonName,
    keys.privateKey,
  );
  return {
    certificate: own,
    key: pemOfKey(keys.privateKey),
    issue({ commonName: subject, hosts = [] }) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const names =
        hosts.length === 0 ? [] : [extension(OID.subjectAltName, sequence(...hosts.map(generalName)))];
      const request = { commonName: subject, publicKey, extensions: names };
      return { certificate: certify(request, commonName, keys.privateKey), key: pemOfKey(privateKey) };
    },
  };
}

interface Request {
  readonly commonName: string;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

/** X.509 v3, RFC 5280 section 4.1. */
function certify(
  { commonName, publicKey, extensions }: Request,
  issuer: string,
  issuerKey: KeyObject,
): string {
  const algorithm = sequence(OID.ecdsaWithSha256);
  const version = tlv(0xa0, tlv(0x02, Buffer.from([2])));
  const serial = tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)]));
  const validity = sequence(time(Date.now() - DAY_MS), time(Date.now() + DAY_MS));
  const subjectKey = publicKey.export({ type: 'spki', format: 'der' });
  const extra = extensions.length === 0 ? Buffer.alloc(0) : tlv(0xa3, sequence(...extensions));
  const content = sequence(
    version,
    serial,
    algorithm,
    name(issuer),
    validity,
    name(commonName),
    subjectKey,
    extra,
  );
  const signature = tlv(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', content, issuerKey)]));
  const base64 = sequence(content, algorithm, signature).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

function name(commonName: string): Buffer {
  return sequence(tlv(0x31, sequence(OID.commonName, tlv(0x0c, Buffer.from(commonName)))));
}

function generalName(host: string): Buffer {
  return isIP(host) === 4
    ? tlv(0x87, Buffer.from(host.split('.').map(Number)))
    : tlv(0x82, Buffer.from(host));
}

function extension(oid: Buffer, value: Buffer): Buffer {
  return sequence(oid, tlv(0x04, value));
}

/** UTCTime: `YYMMDDHHMMSSZ`. */
function time(ms: number): Buffer {
  return tlv(0x17, Buffer.from(new Date(ms).toISOString().replace(/^\d\d|[-:T]|\.\d+/g, '')));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

/** Tag, length, value: all that DER is. */
function tlv(tag: number, value: Buffer): Buffer {
  const { length } = value;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), value]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), value]);
}

function pemOfKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
