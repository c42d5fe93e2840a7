// @ts-nocheck
import type { ConfigFolder } from './config-folder.js';

/** What the configurations of version 0.1.4 are about. */
export interface Site {
  /** Name of the server, with `:port` where it is not PostgreSQL's own. */
  readonly host: string;
  readonly user: string;
  readonly password: string;
  /** Databases. */
  readonly source: string;
  readonly replica: string;
}

/** A configuration that version 0.1.4 runs. */
export interface OldConfiguration {
  readonly title: string;
  /** Texts of files by their names, for a site; the first is the configuration. */
  readonly files: (site: Site) => Readonly<Record<string, string>>;
  /** What stands behind `-c`, relative to the folder of the files; absent: the name of the first file. */
  readonly typed?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What is read out of it where that is not what the site says. */
  readonly read?: Expectation;
  readonly warnings?: readonly string[];
}

/** Undefined: not given, so that the environment or the default decides. */
interface Expectation {
  readonly host?: string;
  readonly port?: number;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly source?: string;
  readonly maxEventsPerWrite?: number;
  readonly connectTimeoutMs?: number;
}

/** Writes the files of a configuration. @returns what stands behind `-c`. */
export function writeOld({ files, typed }: OldConfiguration, site: Site, folder: ConfigFolder): string {
  const entries = Object.entries(files(site));
  for (const [name, text] of entries) folder.write(name, text);
  return `${folder.path}/${typed ?? entries[0]?.[0]}`;
}
