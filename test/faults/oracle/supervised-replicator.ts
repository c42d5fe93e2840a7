import { type CommandResult, RunningCommand } from '../../replicate/command.js';
import type { LogRecord } from '../../replicate/log-records.js';

/** `slate-replicator` in a process of its own, which is started again whenever it ends, as a supervisor does. */
export class SupervisedReplicator implements AsyncDisposable {
  /** How it ended without being told to: it never should. */
  readonly unexpectedEnds: CommandResult[] = [];
  readonly #configFile: string;
  readonly #logs: (readonly LogRecord[])[] = [];
  readonly #toldToEnd = new WeakSet<RunningCommand>();
  #command: RunningCommand;

  constructor(configFile: string) {
    this.#configFile = configFile;
    this.#command = this.#start();
  }

  get pid(): number {
    return this.#command.pid;
  }

  /** What all its processes have logged. */
  get records(): LogRecord[] {
    return this.#logs.flat();
  }

  /** Waits until the process that runs now has logged so many records with this message. */
  async until(msg: string, count: number): Promise<void> {
    await this.#command.log.until(msg, { count });
  }

  send(signal: NodeJS.Signals): void {
    this.#command.send(signal);
  }

  /** kill -9; nobody starts it again until `startAgain`. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  startAgain(): void {
    this.#command = this.#start();
  }

  /** As an operator stops it. */
  stop(): Promise<CommandResult> {
    return this.#end('SIGTERM');
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
    this.#logs.push(command.log.all);
    void command.ended().then((result) => this.#onEnd(command, result));
    return command;
  }

  #onEnd(command: RunningCommand, result: CommandResult): void {
    if (this.#toldToEnd.has(command)) return;
    this.unexpectedEnds.push(result);
    this.#command = this.#start();
  }
}
