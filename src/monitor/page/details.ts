import { Chart } from './chart.js';
import { conditionOf } from './condition.js';
import { byId, find, setAttribute, setText } from './dom.js';
import { highest, NO_PAST, type Past, pastOf, withStatus } from './past.js';
import type { DestinationStatus, History } from './status.js';
import * as words from './words.js';

/** One destination with everything that is known about it, and its last fifteen minutes. */
export class Details {
  readonly #section = byId('details');
  readonly #lag = new Chart({ place: byId('lag-chart'), colour: '--lag' });
  readonly #rate = new Chart({ place: byId('rate-chart'), colour: '--rate' });
  #name: string | undefined;
  #past: Past = NO_PAST;
  #asked: AbortController | undefined;

  constructor(private readonly onClose: () => void) {}

  start(): void {
    byId('close').addEventListener('click', () => this.#close());
    this.#section.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') this.#close();
    });
    this.#lag.start();
    this.#rate.start();
  }

  /** On a narrow screen the details cover the table, until they are closed. */
  open(): void {
    this.#section.classList.add('open');
    const isCover = byId('close').checkVisibility();
    if (isCover) byId('close').focus();
  }

  /** Shows another destination: its past comes from the server, what follows from the events. */
  select(name: string): void {
    this.#name = name;
    this.remember();
  }

  /** Asks for the past again, for instance because the connection was lost for a while. */
  remember(): void {
    this.#asked?.abort();
    this.#asked = new AbortController();
    this.#past = NO_PAST;
    if (this.#name !== undefined) void this.#ask(this.#name, this.#asked.signal);
  }

  show(destination: DestinationStatus, at: string): void {
    this.#past = withStatus(this.#past, at, destination);
    this.#showHead(destination, at);
    this.#showFacts(destination, at);
    this.#showError(destination, at);
    this.#showCharts(destination);
  }

  #close(): void {
    const isOpen = this.#section.classList.contains('open');
    this.#section.classList.remove('open');
    if (isOpen) this.onClose();
  }

  async #ask(name: string, signal: AbortSignal): Promise<void> {
    try {
      const response = await fetch(`history?destination=${encodeURIComponent(name)}`, { signal });
      if (response.ok) this.#past = pastOf((await response.json()) as History);
    } catch {
      // Without the past, the chart begins now. That the server cannot be reached is said above the table.
    }
  }

  #showHead(destination: DestinationStatus, at: string): void {
    const { name, host, port, database, state, since } = destination;
    setAttribute(this.#section, 'data-condition', conditionOf(destination));
    setText(byId('details-name'), name);
    setText(byId('details-address'), `${host}:${port}/${database}`);
    setText(byId('details-state'), `${state} for ${words.age(since, at)}`);
  }

  #showFacts(destination: DestinationStatus, at: string): void {
    const { measuredAt, writer, events, bytes, heldBy, indexesBeingBuilt } = destination;
    this.#fact('id', words.id(destination.maxId));
    this.#fact(
      'lag',
      `${words.counted(destination.lagEvents, 'event')}, ${words.duration(destination.lagSeconds)}`,
    );
    this.#fact('measured', measuredAt === null ? 'not yet' : `${words.age(measuredAt, at)} ago`);
    this.#fact(
      'rate',
      `${words.perSecond(destination.eventsPerSecond)}, ${words.bytes(destination.bytesPerSecond)}/s`,
    );
    this.#fact('toLive', words.duration(destination.secondsToLive));
    this.#fact('copied', `${words.counted(events, 'event')}, ${words.bytes(bytes)}`);
    this.#fact('writer', writer === null ? 'nobody' : `${writer.who}, for ${words.age(writer.since, at)}`);
    this.#fact('heldBy', heldBy ?? 'nobody');
    this.#fact('indexes', words.count(indexesBeingBuilt));
  }

  #showError({ lastError }: DestinationStatus, at: string): void {
    this.#fact('error', lastError?.message ?? 'None.');
    this.#fact('hint', lastError?.hint ?? '');
    const sqlstate = lastError?.sqlstate ? `SQLSTATE ${lastError.sqlstate}, ` : '';
    this.#fact('errorAt', lastError === null ? '' : `${sqlstate}${words.age(lastError.at, at)} ago`);
  }

  #showCharts({ lagEvents, eventsPerSecond }: DestinationStatus): void {
    const { times, lagEvents: lags, eventsPerSecond: rates } = this.#past;
    this.#lag.show(times, lags);
    this.#rate.show(times, rates);
    setText(byId('lag-text'), told(words.counted(lagEvents, 'event'), times, lags));
    setText(byId('rate-text'), told(words.perSecond(eventsPerSecond), times, rates));
  }

  #fact(name: string, text: string): void {
    setText(find(this.#section, `[data-fact="${name}"]`), text);
  }
}

/** What the chart shows, for those who cannot see it. */
function told(now: string, times: readonly number[], values: readonly (number | null)[]): string {
  const top = highest(times, values);
  if (top === undefined || top.value === 0) return `now ${now}`;
  return `now ${now}; highest ${words.count(top.value)} at ${words.clockTime(top.time * 1000)}`;
}
