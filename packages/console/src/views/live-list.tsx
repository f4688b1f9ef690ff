import type { LiveEvent } from '@tidemark/protocol';
import type { VNode } from 'preact';
import { LiveRow } from './live-row.js';
import { useNow } from './use-now.js';

export interface LiveListProps {
  readonly events: readonly LiveEvent[];
  now(): number;
  onFollow(visitorId: string): void;
}

/** The rows; the ages in them are the only thing on the page that changes while nothing happens. */
export function LiveList({ events, now, onFollow }: LiveListProps): VNode {
  const nowMs = useNow(now, 1_000);
  return (
    <ol class="live-list" aria-label="Live events, newest first">
      {events.map((event) => (
        <LiveRow key={event.eventId} event={event} nowMs={nowMs} onFollow={onFollow} />
      ))}
    </ol>
  );
}
