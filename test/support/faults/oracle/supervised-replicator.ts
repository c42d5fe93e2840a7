import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionParams } from '../../../../src/pg/connection-params.js';
import { type CommandResult, RunningCommand } from '../../commands/command.js';
import type { LogRecord } from '../../installation/log-records.js';
import { until } from '../../until.js';

/** Exit codes after which a supervisor leaves it alone (`deploy/slate-replicator.service`). */
const FOR_A_PERSON: ReadonlySet<number | null> = new Set([2, 3]);
/** A supervisor's pause before it starts a process again. */
const PAUSE_MS = 300;

const DIVERGED = 3;

/**
 * `slate-replicator` in a process of its own, which is started again when it ends, as a supervisor does, but for the exit
 * codes that ask for a person. A fault that needs a person excuses the processes that met it.
 */
export class SupervisedReplicator implements AsyncDisposable {
  /** How it ended without being told to and without an excuse. */
  readonly unexpectedEnds: CommandResult[] = [];
  /** How often it ended because no destination was left that had not diverged. */
  divergedEnds = 0;
  readonly #configFile: string;
  readonly #commands: RunningCommand[] = [];
  readonly #toldToEnd = new WeakSet<RunningCommand>();
  readonly #excused = new WeakSet<RunningCommand>();
  #excuses = 0;
  #isDown = false;
  /** It was killed, and whoever did that starts it again. */
  #isKilled: boolean = false;
  #command: RunningCommand;

  constructor(configFile: string) {
    this.#configFile = configFile;
    this.#command = this.#start();
  }

  get pid(): number {
    return this.#command.pid;
  }

  /** No process is running, and a supervisor would start none. */
  get isDown(): boolean {
    return this.#isDown;
  }

  /** What all its processes have logged. */
  get records(): LogRecord[] {
    return this.#commands.flatMap(({ log }) => log.all);
  }

  /** What processes without an excuse said of destinations that they gave up, but for divergence. */
  get unexpectedStops(): LogRecord[] {
    const commands = this.#commands.filter((command) => !this.#excused.has(command));
    return commands.flatMap(({ log }) => log.all.filter((record) => isStop(record) && !isDivergence(record)));
  }

  /** Whether any of its processes has stopped this destination because it diverged. */
  hasEverDiverged({ databaseName }: ConnectionParams): boolean {
    return this.records.some((record) => isOf(record, databaseName) && isDivergence(record));
  }

  /**
   * Whether the process that runs now, or ran last, has stopped this destination because it diverged, and has not been
   * told to start it again since.
   */
  hasDiverged({ databaseName }: ConnectionParams): boolean {
    const { all } = this.#command.log;
    const last = all.findLastIndex((record) => isOf(record, databaseName) && isDivergence(record));
    return last > all.findLastIndex((record) => isNewStart(record, databaseName));
  }

  /** As SIGHUP does. A process that has just begun is told when it can hear; one that was killed reads the file anyway. */
  async reload(): Promise<void> {
    const command = this.#command;
    let isOver = false;
    void command.ended().then(() => {
      isOver = true;
    });
    await until('the replicator had begun', () => isOver || command.log.all.length > 0);
    if (!isOver) command.send('SIGHUP');
  }

  /** Waits until the process that runs now has logged so many records with this message. */
  async until(msg: string, count: number): Promise<void> {
    await this.#command.log.until(msg, { count });
  }

  send(signal: NodeJS.Signals): void {
    this.#command.send(signal);
  }

  /** A process was told to end: what had happened to it may never have been in its log. */
  get wasEnded(): boolean {
    return this.#commands.some((command) => this.#toldToEnd.has(command));
  }

  /** kill -9; nobody starts it again until `startAgain`. */
  async kill(): Promise<void> {
    this.#isKilled = true;
    await this.#end('SIGKILL');
  }

  startAgain(): void {
    this.#isKilled = false;
    this.#command = this.#start();
  }

  /** As an operator stops it. */
  stop(): Promise<CommandResult> {
    return this.#end('SIGTERM');
  }

  /** From now on it may end, or give up destinations, until `mended`. */
  excuse(): void {
    this.#excuses += 1;
    this.#excused.add(this.#command);
  }

  /** A person has mended what it was excused by, and starts it again. */
  async mended(): Promise<void> {
    this.#excuses -= 1;
    // Whoever has ended it starts it again.
    if (this.#toldToEnd.has(this.#command)) return;
    await this.stop();
    // It may have been killed while it was ending.
    if (!this.#isKilled) this.startAgain();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  async #end(signal: NodeJS.Signals): Promise<CommandResult> {
    this.#toldToEnd.add(this.#command);
    this.send(signal);
    return this.#command.ended();
  }

  #start(): RunningCommand {
    const command = new RunningCommand('slate-replicator', ['-c', this.#configFile]);
    this.#commands.push(command);
    this.#isDown = false;
    if (this.#excuses > 0) this.#excused.add(command);
    void command.ended().then((result) => this.#onEnd(command, result));
    return command;
  }

  async #onEnd(command: RunningCommand, result: CommandResult): Promise<void> {
    if (this.#toldToEnd.has(command)) return;
    if (!this.#excused.has(command)) {
      if (result.code === DIVERGED) this.divergedEnds += 1;
      else this.unexpectedEnds.push(result);
    }
    const isForAPerson = FOR_A_PERSON.has(result.code);
    this.#isDown = isForAPerson;
    if (isForAPerson) return;
    await sleep(PAUSE_MS);
    if (!this.#toldToEnd.has(command)) this.startAgain();
  }
}

function isStop({ msg }: LogRecord): boolean {
  return msg.startsWith('destination stopped');
}

function isDivergence(record: LogRecord): boolean {
  return isStop(record) && (record['err'] as { name?: unknown }).name === 'DivergenceError';
}

function isOf({ destination }: LogRecord, databaseName: string): boolean {
  return String(destination).endsWith(`/${databaseName}`);
}

/** Whether the configuration was read again, and this destination was started again. */
function isNewStart({ msg, added, startedAgain }: LogRecord, databaseName: string): boolean {
  if (msg !== 'configuration read again') return false;
  const names = [...(added as string[]), ...(startedAgain as string[])];
  return names.some((name) => name.endsWith(`/${databaseName}`));
}
