/** How the replicator learns of new events. `polling`: the source is a hot standby, which cannot notify. */
export type HearingState = 'reconnecting' | 'polling' | 'listening';

/** What the listening session does now, and how often there was one. */
export class Hearing {
  state: HearingState = 'reconnecting';
  /** Sessions that have been opened. */
  sessions = 0;
}
