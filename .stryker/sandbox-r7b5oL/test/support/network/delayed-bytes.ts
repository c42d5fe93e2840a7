// @ts-nocheck
import type { Socket } from 'node:net';
import type { Carrier } from './line.js';

interface Piece {
  readonly arrivesAtMs: number;
  readonly arrive: () => void;
}

/** One direction of one connection: what one socket brings comes out of the other when the line has carried it. */
export class DelayedBytes {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #line: Carrier;
  readonly #onTheWay: Piece[] = [];
  /** What has arrived and was not taken yet counts too. */
  #bytesOnTheWay = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, line: Carrier) {
    this.#from = from;
    this.#to = to;
    this.#line = line;
    from.on('data', (bytes: Buffer) => this.#send(bytes));
    from.on('end', () => this.#carry(0, () => to.end()));
    // What was sent before the end still arrives, however slowly it is taken.
    from.on('close', () => this.#carry(0, () => to.destroySoon()));
  }

  #send(bytes: Buffer): void {
    this.#bytesOnTheWay += bytes.length;
    if (this.#bytesOnTheWay > this.#line.mostBytes) this.#from.pause();
    this.#carry(bytes.length, () => this.#to.write(bytes, () => this.#taken(bytes.length)));
  }

  #taken(bytes: number): void {
    this.#bytesOnTheWay -= bytes;
    if (this.#bytesOnTheWay <= this.#line.mostBytes / 2) this.#from.resume();
  }

  #carry(bytes: number, arrive: () => void): void {
    this.#onTheWay.push({ arrivesAtMs: this.#line.arrivalMs(bytes, performance.now()), arrive });
    if (this.#timer === undefined) this.#deliver();
  }

  /** Without a timer where there is no way. */
  #deliver(): void {
    let [next] = this.#onTheWay;
    for (; next !== undefined && next.arrivesAtMs <= performance.now(); [next] = this.#onTheWay) {
      this.#onTheWay.shift();
      next.arrive();
    }
    this.#timer = next && setTimeout(() => this.#deliver(), next.arrivesAtMs - performance.now());
  }
}
