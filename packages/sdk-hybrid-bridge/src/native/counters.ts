import type { BridgeRefusal } from '@tidemark/protocol';

/** What became of events and messages of a host, by number. */
export interface Counters {
  drop(reason: string, count?: number): void;
  refuse(reason: BridgeRefusal): void;
  hear(): void;
  settle(settled: { readonly delivered: number; readonly rejected: number }): void;
  read(): CountersRead;
}

export interface CountersRead {
  readonly delivered: number;
  readonly rejected: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly heard: number;
  readonly refused: Readonly<Partial<Record<BridgeRefusal, number>>>;
}

export function createCounters(): Counters {
  const dropped = new Map<string, number>();
  const refused = new Map<BridgeRefusal, number>();
  let delivered = 0;
  let rejected = 0;
  let heard = 0;
  return {
    drop: (reason, count = 1) => void dropped.set(reason, (dropped.get(reason) ?? 0) + count),
    refuse: (reason) => void refused.set(reason, (refused.get(reason) ?? 0) + 1),
    hear() {
      heard++;
    },
    settle(settled) {
      delivered += settled.delivered;
      rejected += settled.rejected;
    },
    read: () => ({
      delivered,
      rejected,
      dropped: Object.fromEntries(dropped),
      heard,
      refused: Object.fromEntries(refused),
    }),
  };
}
