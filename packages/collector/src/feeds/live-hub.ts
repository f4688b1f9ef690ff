import type { BatchContext, EpochMs, LiveEvent, TrackedEvent } from '@tidemark/protocol';
import { liveEvent } from './live-event.js';

/** Events that just became durable, and what they share. */
export interface LiveBatch {
  readonly batch: { readonly workspaceId: string; readonly context: BatchContext; readonly receivedAt: EpochMs };
  readonly rows: readonly { readonly event: TrackedEvent }[];
}

export interface NumberedLiveEvent {
  /** Counts up within this process; what a listener gives back to go on where it was. */
  readonly number: number;
  readonly event: LiveEvent;
}

export type LiveListener = (events: readonly NumberedLiveEvent[]) => void;

/** Hands new events to those who watch. It keeps the last few, so that a page that opens is not empty. */
export interface LiveHub {
  publish(batch: LiveBatch): void;
  /** @param after - number of the last event the listener saw; those kept since come first. */
  listen(workspaceId: string, after: number, listener: LiveListener): () => void;
  listeners(): number;
}

const KEPT_EVENTS = 50;

interface Channel {
  kept: NumberedLiveEvent[];
  readonly listeners: Set<LiveListener>;
}

export function createLiveHub(): LiveHub {
  const channels = new Map<string, Channel>();
  let last = 0;

  function channelOf(workspaceId: string): Channel {
    let channel = channels.get(workspaceId);
    if (!channel) {
      channel = { kept: [], listeners: new Set() };
      channels.set(workspaceId, channel);
    }
    return channel;
  }

  return {
    publish({ batch, rows }) {
      const channel = channelOf(batch.workspaceId);
      // Without a listener only what will be kept is worth the work.
      const skipped = channel.listeners.size > 0 ? 0 : Math.max(0, rows.length - KEPT_EVENTS);
      last += skipped;
      const events = rows.slice(skipped).map(({ event }) => ({
        number: ++last,
        event: liveEvent(event, batch.context, batch.receivedAt),
      }));
      channel.kept = [...channel.kept, ...events].slice(-KEPT_EVENTS);
      for (const listener of channel.listeners) listener(events);
    },
    listen(workspaceId, after, listener) {
      const channel = channelOf(workspaceId);
      // A number from another life of this process may lie ahead of ours: then everything kept is news.
      const missed = channel.kept.filter((entry) => entry.number > after || after > last);
      if (missed.length > 0) listener(missed);
      channel.listeners.add(listener);
      return () => channel.listeners.delete(listener);
    },
    listeners: () => [...channels.values()].reduce((sum, channel) => sum + channel.listeners.size, 0),
  };
}
