import { Announcer } from './announcer.js';
import { Details } from './details.js';
import { byId } from './dom.js';
import { showHead, showLost } from './head.js';
import { arranged } from './order.js';
import type { Status } from './status.js';
import { Stream } from './stream.js';
import { Table } from './table.js';

const details = new Details(back);
const announcer = new Announcer();
const table = new Table(select);
let latest: Status | undefined;
let selected: string | undefined;
let wasLost = false;

function select(name: string): void {
  selected = name;
  details.select(name);
  if (latest !== undefined) show(latest);
  details.open();
}

function back(): void {
  if (selected !== undefined) table.focus(selected);
}

/** Somebody who opens the page wants to see the destination that is worst. */
function worstOf({ destinations }: Status): string | undefined {
  return arranged(destinations, { text: '', condition: null }, { key: 'worst', descending: false })[0]?.name;
}

function show(status: Status): void {
  showHead(status);
  table.show(status, selected);
  const destination = status.destinations.find(({ name }) => name === selected);
  if (destination !== undefined) details.show(destination, status.at);
}

function receive(status: Status): void {
  latest = status;
  if (!status.destinations.some(({ name }) => name === selected)) {
    selected = worstOf(status);
    if (selected !== undefined) details.select(selected);
  } else if (wasLost) details.remember();
  wasLost = false;
  show(status);
  const news = announcer.next(status.destinations);
  if (news !== undefined) byId('announcements').textContent = news;
}

function lose(lastSeenMs: number | undefined): void {
  wasLost = true;
  showLost(lastSeenMs);
}

details.start();
table.start();
new Stream('events', { status: receive, lost: lose }).start();
