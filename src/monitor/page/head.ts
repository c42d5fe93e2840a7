import { conditionCounts } from './condition.js';
import { byId, setAttribute, setText } from './dom.js';
import type { Status } from './status.js';
import { age, clockTime, id, perSecond } from './words.js';

/** What concerns all destinations: the source, the process, and whether this page is up to date. */
export function showHead(status: Status): void {
  const { source, destinations, startedAt, at, host, pid, version } = status;
  setText(byId('source-name'), source.name);
  setText(byId('source-state'), source.state);
  setText(byId('source-id'), id(source.maxId));
  setText(byId('total-rate'), perSecond(destinations.reduce((sum, one) => sum + one.eventsPerSecond, 0)));
  setText(byId('uptime'), age(startedAt, at));
  setText(byId('process'), `${pid} on ${host}, version ${version}`);
  showSourceTrouble(status);
  showTitle(status);
  say('live', 'connected');
}

export function showLost(lastSeenMs: number | undefined): void {
  const seen = lastSeenMs === undefined ? 'never' : clockTime(lastSeenMs);
  say('stopped', `connection lost, last seen ${seen}`);
}

function say(tone: string, text: string): void {
  setAttribute(byId('connection'), 'data-tone', tone);
  setText(byId('connection'), text);
  document.body.classList.toggle('stale', tone !== 'live');
}

function showSourceTrouble({ source: { state, lastError } }: Status): void {
  byId('source-trouble').hidden = state !== 'reconnecting';
  setText(byId('source-error'), `The source cannot be read. ${lastError?.message ?? ''}`);
  setText(byId('source-hint'), lastError?.hint ?? '');
}

/** Seen on the tab of a page in the background. */
function showTitle({ source, destinations }: Status): void {
  const { stopped, failing } = conditionCounts(destinations);
  const trouble = stopped + failing;
  document.title = `${trouble > 0 ? `(${trouble}) ` : ''}${source.name} – slate-replicator`;
}
