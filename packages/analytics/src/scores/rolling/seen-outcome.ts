import type { EpochMs } from '@tidemark/protocol';
import type { OrderColumns } from '../success/order-columns.js';

/** Probabilities of one order, before recalibration. */
export interface Said {
  readonly any: number;
  readonly full: number;
}

/** Models that answer in the shadow: one of another kind, and the one that served before the last refit. */
export const RIVALS = ['challenger', 'before'] as const;
export type Rival = (typeof RIVALS)[number];

/** What of an order comes from outside and follows no clock, no history and no crowd: with the same world it is spread the same. */
export const STEADY_COLUMNS = ['price_edge', 'reputation'] as const satisfies readonly (keyof OrderColumns)[];

/** What was told of an order as it was placed. */
export interface ToldOutcome {
  readonly decidedAt: EpochMs;
  /** Of any fill, recalibrated. */
  readonly probability: number;
  /** Version of the model that served. */
  readonly by: string;
  /** In the order of `STEADY_COLUMNS`; null where an average stood for something. */
  readonly steady: readonly (number | null)[] | null;
}

/** What became of an order, and what was said of it by models that had not learnt from it. Plain JSON. */
export interface SeenOutcome {
  /** Orders of the same name share their fate. */
  readonly group: string;
  readonly any: 0 | 1;
  readonly full: 0 | 1;
  /** By the model that served. */
  readonly said: Said;
  readonly rivals: Readonly<Partial<Record<Rival, Said>>>;
  /** Absent of orders of before drift was watched. */
  readonly told?: ToldOutcome;
}
