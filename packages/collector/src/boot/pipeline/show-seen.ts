import type { Nonces } from '../../ingest/nonces.js';
import type { SeenEventIds } from '../../ingest/seen-event-ids.js';
import type { SeenEvents } from '../../ingest/seen-events.js';
import type { Metrics } from '../../observe/metrics.js';

export interface Seen {
  readonly seen: SeenEvents;
  readonly seenEventIds: SeenEventIds;
  readonly nonces: Nonces;
  readonly metrics: Metrics;
}

/** Metrics of what copies are recognised by. */
export function showSeen({ seen, seenEventIds, nonces, metrics }: Seen): void {
  const { figures } = seenEventIds;
  const { gauge } = metrics;
  gauge('tidemark_seen_queues', 'Device queues whose copies are recognised', seen.queues);
  gauge('tidemark_event_ids', 'Events without a queue whose copies are recognised', () => figures().ids);
  gauge('tidemark_event_ids_recent', 'Of these, in memory and in no file yet', () => figures().recentIds);
  gauge('tidemark_event_id_files', 'Files of event ids', () => figures().runs);
  gauge(
    'tidemark_event_id_index_bytes',
    'Memory of the indexes and filters of these files',
    () => figures().indexBytes,
  );
  gauge('tidemark_event_id_damage', 'Damaged blocks and files of event ids since the start', () => figures().damaged);
  gauge('tidemark_event_id_failed_writes', 'Files of event ids that the disk refused', () => figures().failedWrites);
  gauge('tidemark_nonces', 'Nonces of signed requests that are remembered', nonces.count);
}
