import { SHOWN_SECONDS } from './past.js';

export interface ChartOptions {
  readonly place: HTMLElement;
  /** The custom property of page.css that holds the line's colour. */
  readonly colour: string;
}

const HEIGHT_PX = 132;

const clockMinutes = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

const inThousands = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** One line over the last fifteen minutes. Drawn anew when its width or the colour scheme changes. */
export class Chart {
  #plot: uPlot | undefined;
  #data: uPlot.AlignedData = [[], []];

  constructor(private readonly options: ChartOptions) {}

  start(): void {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', () => this.#draw());
    new ResizeObserver(() => this.#plot?.setSize(this.#size())).observe(this.options.place);
    this.#draw();
  }

  show(times: readonly number[], values: readonly (number | null)[]): void {
    this.#data = [[...times], [...values]];
    this.#plot?.setData(this.#data);
  }

  #draw(): void {
    this.#plot?.destroy();
    const colours = getComputedStyle(document.documentElement);
    const colour = (name: string): string => colours.getPropertyValue(name).trim();
    this.#plot = new uPlot(
      {
        ...this.#size(),
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { range: lastMinutes }, y: { range: fromZero } },
        padding: [8, 10, 0, 0],
        axes: [
          { ...axis(colour), space: 56, values: (_, splits) => splits.map(clock) },
          { ...axis(colour), space: 28, size: 46, values: (_, splits) => splits.map(shortNumber) },
        ],
        series: [
          {},
          { stroke: colour(this.options.colour), fill: colour(`${this.options.colour}-soft`), width: 1.5 },
        ],
      },
      this.#data,
      this.options.place,
    );
  }

  #size(): { width: number; height: number } {
    return { width: Math.max(120, this.options.place.clientWidth), height: HEIGHT_PX };
  }
}

function lastMinutes(_: uPlot, __: number | null, last: number | null): [number, number] {
  const end = last ?? Date.now() / 1000;
  return [end - SHOWN_SECONDS, end];
}

function fromZero(_: uPlot, __: number | null, most: number | null): [number, number] {
  return [0, Math.max(10, (most ?? 0) * 1.1)];
}

function shortNumber(value: number | null): string {
  return value === null ? '' : inThousands.format(value);
}

function clock(seconds: number): string {
  return clockMinutes.format(seconds * 1000);
}

function axis(colour: (name: string) => string): uPlot.Axis {
  const line = { stroke: colour('--line'), width: 1 };
  return {
    stroke: colour('--minor'),
    font: `11px ${colour('--font')}`,
    grid: line,
    ticks: { ...line, size: 4 },
    gap: 4,
    size: 24,
  };
}
