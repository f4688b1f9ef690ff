import { LIMITS } from '@tidemark/protocol';

/**
 * Which events of pages the host took within the horizon of copies (7 days), as closed ranges of `seq` by `queueId`. A queue
 * is remembered until nothing came of it for that long.
 */
export interface KnownEvents {
  has(queueId: string, seq: number): boolean;
  add(queueId: string, seq: number, nowMs: number): void;
  /** What `createKnownEvents` takes: JSON. */
  save(nowMs: number): SavedQueues;
}

type Range = [first: number, last: number];
export type SavedQueues = readonly (readonly [queueId: string, lastAt: number, ranges: readonly Range[]])[];

/**
 * Bounds of the memory; what is over them is forgotten, and a copy of it is recognised by the collector alone. A page that
 * is loaded again keeps its queue, so these are 256 installations of web storage within 7 days, and 63 holes in one of them.
 */
export const KNOWN_LIMITS = { queues: 256, rangesPerQueue: 64 } as const;

export function createKnownEvents(saved: SavedQueues = []): KnownEvents {
  /** Least recently added to first. */
  const queues = new Map<string, { lastAt: number; ranges: Range[] }>();
  for (const [queueId, lastAt, ranges] of saved)
    queues.set(queueId, { lastAt, ranges: ranges.map(([a, b]) => [a, b]) });

  return {
    has: (queueId, seq) =>
      queues.get(queueId.toLowerCase())?.ranges.some(([first, last]) => first <= seq && seq <= last) ?? false,
    add(queueId, seq, nowMs) {
      const id = queueId.toLowerCase();
      const ranges = queues.get(id)?.ranges ?? [];
      queues.delete(id);
      queues.set(id, { lastAt: nowMs, ranges });
      addTo(ranges, seq);
      if (ranges.length > KNOWN_LIMITS.rangesPerQueue) ranges.shift();
      const [oldest] = queues.keys();
      if (queues.size > KNOWN_LIMITS.queues && oldest !== undefined) queues.delete(oldest);
    },
    save(nowMs) {
      for (const [id, { lastAt }] of queues) if (nowMs - lastAt > LIMITS.duplicateHorizonMs) queues.delete(id);
      return Array.from(queues, ([id, { lastAt, ranges }]) => [id, lastAt, ranges] as const);
    },
  };
}

/** Ranges stay sorted, apart from one another, and as few as can be. */
function addTo(ranges: Range[], seq: number): void {
  const after = ranges.findIndex(([first]) => first > seq);
  const at = after < 0 ? ranges.length : after;
  const before = ranges[at - 1];
  const next = ranges[at];
  if (before && seq <= before[1]) return;
  const joinsBefore = before && before[1] === seq - 1;
  const joinsNext = next && next[0] === seq + 1;
  if (joinsBefore && joinsNext) {
    before[1] = next[1];
    ranges.splice(at, 1);
  } else if (joinsBefore) before[1] = seq;
  else if (joinsNext) next[0] = seq;
  else ranges.splice(at, 0, [seq, seq]);
}
