import { describeError } from '../../cli/describe-error.js';
import { packageVersion } from '../../cli/version.js';
import { OperatorError } from '../../common/operator-error.js';
import { redact } from '../../common/secrets.js';
import type { Log } from '../../log/log.js';
import type { Level } from '../../log/record-rule.js';
import { type FieldsOf, type LevelOf, type RecordName, ruleOf } from '../../log/records.js';

/** Something that is wrong, and what mends it. */
interface JsonFinding {
  /** A run ends at an error; a warning it can do with. */
  readonly severity: 'error' | 'warning';
  /** Name of the database, or `host:port` of the server; null if it is about none or several. */
  readonly about: string | null;
  readonly problem: string;
  readonly hint: string | null;
  /** SQL statements for that database. Empty if no statement mends it. */
  readonly mend: readonly string[];
}

interface JsonRange {
  readonly from: string;
  readonly to: string;
}

/** What a run would copy to a destination. */
interface JsonPlan {
  readonly name: string;
  readonly events: string;
  readonly missingEvents: string;
  readonly missingBytes: string;
  readonly missingBatches: string;
  /** At most 20 ranges. */
  readonly missingRanges: readonly JsonRange[];
  readonly moreMissingRanges: number;
  readonly indexesToBuild: readonly string[];
  readonly writer: string | null;
  readonly checkSeconds: number;
}

/**
 * The document that `slate-replicator --check --json` prints. Ids and counts are strings, because they may be
 * larger than what a JSON reader keeps exactly.
 */
export interface CheckDocument {
  readonly version: string;
  /** Whether a run would copy to all destinations; null if the check was stopped. */
  readonly ready: boolean | null;
  readonly source: { readonly name: string; readonly events: string; readonly maxId: string | null } | null;
  /** The destinations that a run would copy to. The others are in `findings`. */
  readonly destinations: readonly JsonPlan[];
  readonly servers: readonly {
    readonly server: string;
    readonly needed: number;
    readonly free: number;
    readonly maxConnections: number;
    readonly reserved: number;
    readonly inUse: number;
  }[];
  readonly findings: readonly JsonFinding[];
}

/** Collects the records of `--check`. Disposing prints them as one document. */
export class CheckJson implements Log, Disposable {
  #source: CheckDocument['source'] = null;
  readonly #plans: JsonPlan[] = [];
  readonly #servers: FieldsOf<'sessions'>[] = [];
  readonly #findings: JsonFinding[] = [];
  #isStopped: boolean = false;
  readonly #output: NodeJS.WritableStream;

  constructor(output: NodeJS.WritableStream = process.stdout) {
    this.#output = output;
  }

  write<Name extends RecordName>(name: Name, fields: FieldsOf<Name>, level?: LevelOf<Name>): void {
    const severity = SEVERITIES[level ?? ruleOf(name).levels[0]];
    if (name === 'plan') this.#plans.push(planOf(fields as FieldsOf<'plan'>));
    else if (name === 'sessions') this.#servers.push(fields as FieldsOf<'sessions'>);
    else if (name === 'source checked') this.#source = sourceOf(fields as FieldsOf<'source checked'>);
    else if (name === 'ended' && severity === undefined) this.#isStopped = true;
    // The last record repeats the errors that were told about single databases.
    else if (severity !== undefined && !(name === 'ended' && this.#hasErrors))
      this.#findings.push(...findingsOf(name, fields, severity));
  }

  isOn(): boolean {
    return true;
  }

  get #hasErrors(): boolean {
    return this.#findings.some(({ severity }) => severity === 'error');
  }

  [Symbol.dispose](): void {
    const document: CheckDocument = {
      version: packageVersion(),
      ready: this.#isStopped ? null : !this.#hasErrors,
      source: this.#source,
      destinations: this.#plans,
      servers: this.#servers.map(serverOf),
      findings: this.#findings,
    };
    this.#output.write(`${JSON.stringify(document, null, 2)}\n`);
  }
}

/** Levels that make a record a finding. */
const SEVERITIES: { readonly [Each in Level]?: JsonFinding['severity'] } = {
  warn: 'warning',
  error: 'error',
  fatal: 'error',
};

/** What a record may hold that a finding needs. */
interface Noted {
  readonly destination?: string;
  readonly source?: string;
  readonly server?: string;
  readonly err?: unknown;
  readonly problem?: string;
  readonly hint?: string;
  readonly mend?: readonly string[];
}

function findingsOf(name: RecordName, fields: object, severity: JsonFinding['severity']): JsonFinding[] {
  const { destination, source, server, err, problem, hint = null, mend = [] } = fields as Noted;
  const about = { severity, about: destination ?? source ?? server ?? null };
  if (err === undefined)
    return [{ ...about, problem: redact(problem ?? name), hint, mend: mend.map(redact) }];
  const { message, hint: advice = null } = describeError(err);
  const single = err instanceof OperatorError ? err.findings : [];
  if (single.length === 0) return [{ ...about, problem: message, hint: advice, mend: [] }];
  return single.map((each) => ({
    ...about,
    problem: redact(each.problem),
    hint: advice,
    mend: each.mend.map(redact),
  }));
}

function planOf({
  destination,
  moreMissingRanges,
  indexesToBuild,
  writer,
  ...plan
}: FieldsOf<'plan'>): JsonPlan {
  return {
    name: destination,
    events: String(plan.destinationEvents),
    missingEvents: String(plan.missingEvents),
    missingBytes: String(plan.missingBytes),
    missingBatches: String(plan.missingBatches),
    missingRanges: plan.missingRanges.map(({ from, to }) => ({ from: String(from), to: String(to) })),
    moreMissingRanges: Number(moreMissingRanges ?? 0),
    indexesToBuild: indexesToBuild ?? [],
    writer: writer ?? null,
    checkSeconds: plan.checkSeconds,
  };
}

function sourceOf({
  source,
  sourceEvents,
  sourceMaxId,
}: FieldsOf<'source checked'>): CheckDocument['source'] {
  const maxId = sourceMaxId === undefined ? null : String(sourceMaxId);
  return { name: source, events: String(sourceEvents), maxId };
}

function serverOf(fields: FieldsOf<'sessions'>): CheckDocument['servers'][number] {
  const { server, needed, free, maxConnections, reserved, inUse } = fields;
  return {
    server,
    needed: Number(needed),
    free: Number(free),
    maxConnections: Number(maxConnections),
    reserved: Number(reserved),
    inUse: Number(inUse),
  };
}
