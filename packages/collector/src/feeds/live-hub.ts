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
  /** Keeps nothing of those batches any longer. @returns how many events it had of them. */
  forget(workspaceId: string, isTheirs: (batch: LiveBatch) => boolean): number;
}

const KEPT_EVENTS = 50;

/** The end of what was published, with the number of its first event. */
interface Kept extends LiveBatch {
  readonly first: number;
}

interface Channel {
  /** Batches as they came: making events of them that nobody may ever look at would be a tenth of the work of taking them. */
  kept: Kept[];
  keptRows: number;
  readonly listeners: Set<LiveListener>;
}

export function createLiveHub(): LiveHub {
  const channels = new Map<string, Channel>();
  let last = 0;

  function channelOf(workspaceId: string): Channel {
    let channel = channels.get(workspaceId);
    if (!channel) {
      channel = { kept: [], keptRows: 0, listeners: new Set() };
      channels.set(workspaceId, channel);
    }
    return channel;
  }

  return {
    publish({ batch, rows }) {
      const channel = channelOf(batch.workspaceId);
      const first = last + 1;
      last += rows.length;
      const end = rows.length > KEPT_EVENTS ? rows.slice(-KEPT_EVENTS) : rows;
      channel.kept.push({ first: last + 1 - end.length, batch, rows: end });
      channel.keptRows += end.length;
      for (let [oldest] = channel.kept; oldest; [oldest] = channel.kept) {
        if (channel.keptRows - oldest.rows.length < KEPT_EVENTS) break;
        channel.keptRows -= oldest.rows.length;
        channel.kept.shift();
      }
      if (channel.listeners.size === 0) return;
      const events = numbered({ first, batch, rows });
      for (const listener of channel.listeners) listener(events);
    },
    listen(workspaceId, after, listener) {
      const channel = channelOf(workspaceId);
      const latest = channel.kept.flatMap(numbered).slice(-KEPT_EVENTS);
      // A number from another life of this process may lie ahead of ours: then everything kept is news.
      const missed = latest.filter((entry) => entry.number > after || after > last);
      if (missed.length > 0) listener(missed);
      channel.listeners.add(listener);
      return () => channel.listeners.delete(listener);
    },
    forget(workspaceId, isTheirs) {
      const channel = channels.get(workspaceId);
      if (!channel) return 0;
      const before = channel.keptRows;
      channel.kept = channel.kept.filter((kept) => !isTheirs(kept));
      channel.keptRows = channel.kept.reduce((sum, { rows }) => sum + rows.length, 0);
      return before - channel.keptRows;
    },
    listeners: () => [...channels.values()].reduce((sum, channel) => sum + channel.listeners.size, 0),
  };
}

function numbered({ first, batch, rows }: Kept): NumberedLiveEvent[] {
  return rows.map(({ event }, index) => ({
    number: first + index,
    event: liveEvent(event, batch.context, batch.receivedAt),
  }));
}
