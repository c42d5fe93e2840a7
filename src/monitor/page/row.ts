import { conditionOf } from './condition.js';
import { byId, find, setAttribute, setText } from './dom.js';
import type { DestinationStatus } from './status.js';
import { age, bytes, count, duration, perSecond, roughly, secondsBetween, UNKNOWN } from './words.js';

/** A measurement that is older than this is told with its age. */
const OLD_AFTER_SECONDS = 10;

/** One destination in the table. Its cells are made once, and their texts are changed. */
export class Row {
  readonly element: HTMLElement;
  readonly button: HTMLElement;
  #latest: DestinationStatus | undefined;

  constructor(onSelect: (name: string) => void) {
    this.element = find((byId('row') as HTMLTemplateElement).content, 'tr').cloneNode(true) as HTMLElement;
    this.button = find(this.element, 'button');
    this.element.addEventListener('click', () => {
      if (this.#latest !== undefined) onSelect(this.#latest.name);
    });
  }

  show(destination: DestinationStatus, at: string, isSelected: boolean): void {
    this.#latest = destination;
    setAttribute(this.element, 'data-condition', conditionOf(destination));
    setAttribute(this.button, 'aria-pressed', String(isSelected));
    this.#showIdentity(destination, at);
    this.#showProgress(destination, at);
    this.#showWriter(destination, at);
    this.#showError(destination, at);
  }

  #showIdentity({ name, host, port, database, state, since }: DestinationStatus, at: string): void {
    const address = `${host}:${port}/${database}`;
    setText(this.button, name);
    setAttribute(this.button, 'title', name);
    this.#set('.name small', name === address ? '' : address);
    this.#set('.state span', state);
    this.#set('.state small', `for ${age(since, at)}`);
  }

  #showProgress(destination: DestinationStatus, at: string): void {
    const { lagEvents, lagSeconds, eventsPerSecond, bytesPerSecond, secondsToLive } = destination;
    this.#set('.lag span', count(lagEvents));
    this.#set('.lag small', agePhrase(destination, at));
    this.#set('.age span', duration(lagSeconds));
    this.#set('.rate span', perSecond(eventsPerSecond));
    this.#set('.rate small', bytesPerSecond > 0 ? `${bytes(bytesPerSecond)}/s` : '');
    this.#set('.age small', secondsToLive === null ? '' : `live in ${roughly(secondsToLive)}`);
  }

  #showWriter({ writer, heldBy }: DestinationStatus, at: string): void {
    this.#set('.writer span', writer?.who ?? UNKNOWN);
    const since = writer === null ? '' : `for ${age(writer.since, at)}`;
    this.#set('.writer small', heldBy === null ? since : `held by ${heldBy}`);
  }

  #showError({ lastError }: DestinationStatus, at: string): void {
    const cell = find(this.element, '.error');
    setAttribute(cell, 'title', lastError === null ? '' : `${lastError.message}\n${lastError.hint ?? ''}`);
    this.#set('.error span', lastError?.message ?? '');
    this.#set('.error small', lastError === null ? '' : (lastError.hint ?? `${age(lastError.at, at)} ago`));
  }

  #set(selector: string, text: string): void {
    setText(find(this.element, selector), text);
  }
}

function agePhrase({ measuredAt }: DestinationStatus, at: string): string {
  if (measuredAt === null || secondsBetween(measuredAt, at) < OLD_AFTER_SECONDS) return '';
  return `${age(measuredAt, at)} ago`;
}
