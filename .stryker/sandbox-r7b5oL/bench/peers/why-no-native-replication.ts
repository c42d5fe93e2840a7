// @ts-nocheck
import type { Clusters } from '../measure/clusters.js';

/** Why native replication cannot take part: it connects the destinations' server to the source's. */
export function whyNoNativeReplication({ source, destination }: Clusters): string | undefined {
  if (source.kind === 'url') return 'source and destinations are one server (SLATE_POSTGRES_URL)';
  if (destination.kind === 'container') return 'the servers are in containers that cannot reach each other';
  return undefined;
}
