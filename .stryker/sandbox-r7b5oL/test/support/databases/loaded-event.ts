// @ts-nocheck
import type { Operation } from '../../../src/load/data/operation.js';

/** An event as the loaders write it, parsed. */
export interface LoadedEvent {
  name: string;
  entityName?: string;
  entityId?: string;
  operation?: string;
  propertyName?: string;
  data: Record<string, unknown>;
  metadata: { initiatorId: string; command: string };
  testingStats: {
    programId: string;
    dbOperationNum: number;
    dbOperationId: string;
    dbOperationEventNum: number;
    dbOperationEventCount: number;
    dbOperationTS: string;
  };
}

export function parse(operation: Operation): LoadedEvent[] {
  return operation.events.map((event) => JSON.parse(event) as LoadedEvent);
}
