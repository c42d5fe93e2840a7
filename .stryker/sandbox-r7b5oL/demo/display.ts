// @ts-nocheck
import { clearScreenDown, moveCursor } from 'node:readline';
import { grouped } from '../src/cli/words.js';
import { say, table } from './say.js';

const LINE_INTERVAL_MS = 1_000;
const BAR_WIDTH = 30;

/** How far each database is: its last id, which counts its events because ids run from 1 without holes. */
interface Positions {
  readonly source: bigint;
  readonly destinations: readonly bigint[];
  readonly loading: boolean;
}

type Display = (positions: Positions, done: boolean) => void;

/** A few lines that are drawn again and again. */
export function liveDisplay(): Display {
  let drawnLines = 0;
  return (positions) => {
    const lines = table(rows(positions)).split('\n');
    moveCursor(process.stdout, 0, -drawnLines);
    clearScreenDown(process.stdout);
    say(lines.join('\n'));
    drawnLines = lines.length;
  };
}

function rows({ source, destinations, loading }: Positions): string[][] {
  const row = (name: string, id: bigint, remark: string) => [
    name,
    bar(id, source),
    `${grouped(id)} events`,
    remark,
  ];
  return [
    row('source', source, loading ? 'loading' : 'loaded'),
    ...destinations.map((id, index) => row(`replica_${index + 1}`, id, behind(source - id))),
  ];
}

function bar(id: bigint, of: bigint): string {
  const filled = of === 0n ? 0 : Math.min(BAR_WIDTH, Math.floor((Number(id) / Number(of)) * BAR_WIDTH));
  return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
}

function behind(events: bigint): string {
  return events === 0n ? 'equal' : `${grouped(events)} behind`;
}

/** A line now and then, for logs and CI. */
export function lineDisplay(): Display {
  let printedAtMs = Number.NEGATIVE_INFINITY;
  return ({ source, destinations }, done) => {
    if (!done && performance.now() - printedAtMs < LINE_INTERVAL_MS) return;
    printedAtMs = performance.now();
    const replicas = destinations.map((id, index) => `replica_${index + 1} ${grouped(id)}`);
    say(`source ${grouped(source)} events, ${replicas.join(', ')}`);
  };
}
