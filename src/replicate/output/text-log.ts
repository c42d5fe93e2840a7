import bunyan from 'bunyan';
import { errorLines } from '../../cli/describe-error.js';
import type { Terminal } from '../../cli/terminal.js';
import { isTold, markTold } from '../../cli/told-errors.js';
import { counted } from '../../cli/words.js';
import { redact } from '../../common/secrets.js';
import type { Log } from '../../log/log.js';
import type { Level } from '../../log/record-rule.js';
import { type FieldsOf, type LevelOf, type RecordName, ruleOf } from '../../log/records.js';
import { type Plan, planLines, type Refusal, type ServerSessions, sessionLines } from './check-report.js';
import { type GroupName, groupWords, isGroupName } from './groups.js';
import { type DestinationStateRecord, stateLines } from './state-report.js';
import { wordsFor } from './words.js';

export interface TextLogOptions {
  /** Name of the command, for its last message. */
  readonly command: string;
  readonly terminal: Terminal;
  /** Records below this level are left out, as bunyan numbers levels. */
  readonly level: number;
  /** True if standard error goes to the same place, so that an error is not printed there again. */
  readonly meetsErrors: boolean;
}

/** From this many destinations on, records that come together become one line. */
const MANY_DESTINATIONS = 6;
const GROUP_MS = 250;

const PREFIXES: Readonly<Record<Level, string>> = {
  debug: 'debug: ',
  info: '',
  warn: 'warning: ',
  error: 'error: ',
  fatal: 'error: ',
};

/**
 * Writes records in words, one line each. The results of `--check` are held back, and printed as tables at
 * the end.
 */
export class TextLog implements Log, Disposable {
  readonly #options: TextLogOptions;
  readonly #groups = new Map<GroupName, FieldsOf<GroupName>[]>();
  readonly #plans: Plan[] = [];
  readonly #refusals: Refusal[] = [];
  readonly #sessions: ServerSessions[] = [];
  readonly #states: DestinationStateRecord[] = [];
  /** What was copied to destinations that are catching up. Shown as progress only. */
  readonly #untold = new Map<string, Copied>();
  #hasMany: boolean = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TextLogOptions) {
    this.#options = options;
  }

  write<Name extends RecordName>(name: Name, fields: FieldsOf<Name>, level?: LevelOf<Name>): void {
    const { levels, isOutput } = ruleOf(name);
    const written: Level = level ?? levels[0];
    if (!isOutput && bunyan.levelFromName[written] < this.#options.level) return;
    this.#noteError(written, fields);
    const told = this.#withUntold(name, fields) as FieldsOf<Name>;
    if (this.#isHeldBack(name, told)) return;
    this.#flush();
    if (written === 'fatal') this.#printEnd(fields as FieldsOf<'ended'>);
    else this.#print(wordsFor(name, told), { level: written, fields, isBare: isOutput === true });
  }

  isOn(name: RecordName): boolean {
    return bunyan.levelFromName[ruleOf(name).levels[0]] >= this.#options.level;
  }

  /** Prints what was held back. */
  [Symbol.dispose](): void {
    this.#flush();
  }

  #isHeldBack(name: RecordName, fields: object): boolean {
    if (name === 'state on request') return this.#holdBackState(fields as DestinationStateRecord);
    if (name === 'plan') this.#plans.push(fields as Plan);
    else if (name === 'destination refused') this.#refusals.push(fields as Refusal);
    else if (name === 'sessions') this.#sessions.push(fields as ServerSessions);
    else return this.#isGrouped(name, fields) || this.#isShownAsProgress(name, fields);
    const looked = this.#plans.length + this.#refusals.length;
    this.#options.terminal.show([{ label: 'checking', text: `${counted(looked, 'destination')} looked at` }]);
    return true;
  }

  /** The records of all destinations are written together. */
  #holdBackState(state: DestinationStateRecord): true {
    if (this.#states.push(state) === 1) setImmediate(() => this.#flush());
    return true;
  }

  #isGrouped(name: RecordName, fields: object): boolean {
    if (name === 'started') this.#hasMany = countDestinations(fields) >= MANY_DESTINATIONS;
    if (!this.#hasMany || !isGroupName(name) || this.#isShownAsProgress(name, fields)) return false;
    this.#groups.set(name, [...(this.#groups.get(name) ?? []), fields as FieldsOf<GroupName>]);
    this.#timer ??= setTimeout(() => this.#flushGroups(), GROUP_MS).unref();
    return true;
  }

  /**
   * While a destination catches up, its records are shown as progress. When it has, one line sums them up.
   */
  #isShownAsProgress(name: RecordName, fields: object): boolean {
    const copied = fields as FieldsOf<'copied'>;
    const isShown = name === 'copied' && copied.state === 'catching up' && this.#options.terminal.canRedraw;
    if (isShown) this.#untold.set(copied.destination, added(this.#untold.get(copied.destination), copied));
    return isShown;
  }

  #withUntold(name: RecordName, fields: object): object {
    if (name !== 'caught up') return fields;
    const caughtUp = fields as FieldsOf<'caught up'>;
    const untold = this.#untold.get(caughtUp.destination);
    this.#untold.delete(caughtUp.destination);
    return { ...caughtUp, ...added(untold, caughtUp) };
  }

  #flush(): void {
    this.#flushGroups();
    const { columns } = this.#options.terminal;
    const states = stateLines(this.#states.splice(0), columns);
    if (states.length > 0) this.#options.terminal.print(states.map(redact));
    const plans = planLines(this.#plans.splice(0), this.#refusals.splice(0), columns);
    const sessions = sessionLines(this.#sessions.splice(0), columns);
    if (plans.length + sessions.length === 0) return;
    const gap = plans.length > 0 && sessions.length > 0 ? [''] : [];
    this.#options.terminal.show([]);
    this.#options.terminal.print([...plans, ...gap, ...sessions].map(redact));
  }

  #flushGroups(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [name, all] of this.#groups) {
      this.#groups.delete(name);
      const words = groupWords(name, all as never);
      if (words !== undefined) this.#print([words], { level: 'info', fields: {} });
      else for (const fields of all) this.#print(wordsFor(name, fields as never), { level: 'info', fields });
    }
  }

  #print(
    [first = '', ...more]: readonly string[],
    { level, fields, isBare = false }: { level: Level; fields: object; isBare?: boolean },
  ): void {
    const time = isBare ? '' : `${new Date().toTimeString().slice(0, 8)} `;
    const { destination } = fields as { readonly destination?: string };
    const subject = destination === undefined ? '' : `${destination}: `;
    const lines = [`${time}${PREFIXES[level]}${subject}${first}`, ...more.map((line) => `  ${line}`)];
    this.#options.terminal.print(lines.flatMap((line) => redact(line).split('\n')));
  }

  /** Prints the error that ends the process, unless earlier records did. */
  #printEnd({ err }: FieldsOf<'ended'>): void {
    const { command, terminal, meetsErrors } = this.#options;
    terminal.print(
      isTold(err) ? [`${command}: ended because of what is said above.`] : errorLines(command, err),
    );
    if (meetsErrors) markTold(err);
  }

  #noteError(level: Level, fields: object): void {
    const { err } = fields as { readonly err?: unknown };
    if (level === 'error' && this.#options.meetsErrors) markTold(err);
  }
}

type Copied = Pick<FieldsOf<'copied'>, 'events' | 'seconds' | 'from' | 'to'>;

function added(before: Copied | undefined, { events, seconds, from, to }: Copied): Copied {
  return {
    events: BigInt(before?.events ?? 0) + BigInt(events),
    seconds: (before?.seconds ?? 0) + seconds,
    from: before?.from ?? from,
    to: to ?? before?.to,
  };
}

function countDestinations(fields: object): number {
  const { config } = fields as FieldsOf<'started'>;
  const { replicationDestinations: all } = config as { readonly replicationDestinations?: unknown };
  return Array.isArray(all) ? all.length : 0;
}
