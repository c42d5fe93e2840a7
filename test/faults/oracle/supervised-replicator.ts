import { setTimeout as sleep } from 'node:timers/promises';
import { type CommandResult, RunningCommand } from '../../replicate/command.js';

/** `slate-replicator` in a process of its own, which is started again whenever it ends, as a supervisor does. */
export class SupervisedReplicator implements AsyncDisposable {
  /** How it ended without being told to: it never should. */
  readonly unexpectedEnds: CommandResult[] = [];
  readonly #configFile: string;
  readonly #onStart: (command: RunningCommand) => void;
  #command: RunningCommand;
  #isWanted = true;

  constructor(configFile: string, onStart: (command: RunningCommand) => void = () => {}) {
    this.#configFile = configFile;
    this.#onStart = onStart;
    this.#command = this.#start();
  }

  get pid(): number {
    return this.#command.pid;
  }

  /** kill -9, and start it again some time later. */
  async kill(pauseMs: number): Promise<void> {
    await this.#end('SIGKILL');
    await sleep(pauseMs);
    this.#isWanted = true;
    this.#command = this.#start();
  }

  /** SIGSTOP for some time. */
  async freeze(ms: number): Promise<void> {
    const command = this.#command;
    command.send('SIGSTOP');
    await sleep(ms);
    command.send('SIGCONT');
  }

  /** As an operator stops it. */
  stop(): Promise<CommandResult> {
    return this.#end('SIGTERM');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end('SIGKILL');
  }

  async #end(signal: NodeJS.Signals): Promise<CommandResult> {
    this.#isWanted = false;
    this.#command.send(signal);
    return this.#command.ended();
  }

  #start(): RunningCommand {
    const command = new RunningCommand('slate-replicator', ['-c', this.#configFile]);
    this.#onStart(command);
    void command.ended().then((result) => {
      if (!this.#isWanted || this.#command !== command) return;
      this.unexpectedEnds.push(result);
      this.#command = this.#start();
    });
    return command;
  }
}
