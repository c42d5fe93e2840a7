import { CONDITIONS, type Condition, conditionCounts } from './condition.js';
import { byId, find, setAttribute, setText } from './dom.js';
import { afterClick, arranged, type Filter, type Sorting, type SortKey } from './order.js';
import { Row } from './row.js';
import type { DestinationStatus, Status } from './status.js';
import { count } from './words.js';

/** Rows that change places more often than this cannot be read. */
const REORDER_AFTER_MS = 2000;

const WORST_FIRST: Sorting = { key: 'worst', descending: false };

/** All destinations: filtered, sorted, and kept in place while somebody points at them. */
export class Table {
  readonly #body = find(byId('destinations'), 'tbody');
  readonly #headers = [...document.querySelectorAll<HTMLElement>('#destinations th[data-sort]')];
  readonly #conditions = [...document.querySelectorAll<HTMLElement>('.conditions button')];
  readonly #filterInput = byId('filter') as HTMLInputElement;
  readonly #rows = new Map<string, Row>();
  #status: Status | undefined;
  #condition: Condition | null = null;
  #sorting = WORST_FIRST;
  #reorderedMs = 0;

  constructor(private readonly onSelect: (name: string) => void) {}

  start(): void {
    this.#filterInput.addEventListener('input', () => this.#arrange());
    byId('worst-first').addEventListener('click', () => this.#sortBy(WORST_FIRST));
    for (const header of this.#headers) {
      const key = header.dataset['sort'] as SortKey;
      find(header, 'button').addEventListener('click', () => this.#sortBy(afterClick(this.#sorting, key)));
    }
    for (const button of this.#conditions) {
      button.addEventListener('click', () => this.#showOnly(button.dataset['condition'] as Condition | ''));
    }
    this.#body.addEventListener('keydown', (event) => this.#step(event));
  }

  focus(name: string): void {
    this.#rows.get(name)?.button.focus();
  }

  show(status: Status, selected: string | undefined): void {
    this.#status = status;
    this.#forget(status.destinations);
    for (const destination of status.destinations) {
      this.#rowOf(destination.name).show(destination, status.at, destination.name === selected);
    }
    this.#showCounts(status.destinations);
    if (this.#mayReorder()) this.#arrange();
  }

  /** The arrow keys go from row to row. */
  #step(event: KeyboardEvent): void {
    const row = document.activeElement?.closest('tr');
    const next = { ArrowDown: row?.nextElementSibling, ArrowUp: row?.previousElementSibling }[event.key];
    if (!(next instanceof HTMLElement)) return;
    event.preventDefault();
    find(next, 'button').focus();
  }

  #rowOf(name: string): Row {
    const known = this.#rows.get(name);
    if (known !== undefined) return known;
    const row = new Row(this.onSelect);
    this.#rows.set(name, row);
    this.#reorderedMs = 0;
    return row;
  }

  /** A destination can be removed from the configuration while the replicator runs. */
  #forget(destinations: readonly DestinationStatus[]): void {
    const names = new Set(destinations.map(({ name }) => name));
    for (const [name, row] of this.#rows) {
      if (names.has(name)) continue;
      row.element.remove();
      this.#rows.delete(name);
    }
  }

  #showCounts(destinations: readonly DestinationStatus[]): void {
    const counts = conditionCounts(destinations);
    byId('conditions').style.setProperty('--digits', String(String(destinations.length).length));
    for (const button of this.#conditions) {
      const condition = CONDITIONS.find((known) => known === button.dataset['condition']);
      const amount = condition === undefined ? destinations.length : counts[condition];
      setText(find(button, 'b'), count(amount));
      button.classList.toggle('none', amount === 0);
    }
  }

  #mayReorder(): boolean {
    const isNew = this.#reorderedMs === 0;
    return isNew || (Date.now() - this.#reorderedMs >= REORDER_AFTER_MS && !this.#body.matches(':hover'));
  }

  #sortBy(sorting: Sorting): void {
    this.#sorting = sorting;
    for (const header of this.#headers) {
      const isKey = header.dataset['sort'] === sorting.key;
      if (isKey) header.setAttribute('aria-sort', sorting.descending ? 'descending' : 'ascending');
      else header.removeAttribute('aria-sort');
    }
    byId('worst-first').setAttribute('aria-pressed', String(sorting.key === 'worst'));
    this.#arrange();
  }

  #showOnly(condition: Condition | ''): void {
    this.#condition = condition === '' ? null : condition;
    for (const button of this.#conditions) {
      setAttribute(button, 'aria-pressed', String(button.dataset['condition'] === condition));
    }
    this.#arrange();
  }

  #arrange(): void {
    this.#reorderedMs = Date.now();
    const filter: Filter = { text: this.#filterInput.value, condition: this.#condition };
    const shown = arranged(this.#status?.destinations ?? [], filter, this.#sorting);
    const elements = shown.map(({ name }) => this.#rowOf(name).element);
    this.#place(elements);
    byId('nothing').hidden = shown.length > 0;
  }

  /** Moves the others around the row that has the focus: an element that is moved loses it. */
  #place(elements: readonly HTMLElement[]): void {
    const wanted = new Set<Element>(elements);
    for (const element of [...this.#body.children]) if (!wanted.has(element)) element.remove();
    const fixed = elements.findIndex((element) => element.contains(document.activeElement));
    if (fixed >= 0) this.#placeBefore(elements.slice(0, fixed), elements[fixed] ?? null);
    this.#placeBefore(elements.slice(fixed + 1), null);
  }

  #placeBefore(elements: readonly HTMLElement[], end: Element | null): void {
    let next = end;
    for (const element of elements.toReversed()) {
      if (element.nextElementSibling !== next || element.parentNode === null)
        this.#body.insertBefore(element, next);
      next = element;
    }
  }
}
