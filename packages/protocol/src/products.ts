import type { EpochMs } from './ids.js';

/** Which products' days are asked for. */
export interface ProductDaysQuery {
  /** Orders placed from here on, and before `to`; the last 30 days unless told. */
  readonly from?: EpochMs;
  readonly to?: EpochMs;
  /** One product only. */
  readonly productId?: string;
  /** Whose working days count: `bank` (make-up weekends are worked) unless told, or `exchange`. */
  readonly calendar?: 'bank' | 'exchange';
}

/** From placing, milliseconds; null when nothing was filled. */
export interface WaitReading {
  readonly medianMs: number;
  readonly p90Ms: number;
}

/** The subscriptions, or the sales, of one product and trade day. Rejected orders are counted, and in no other figure. */
export interface ProductSideReading {
  readonly orderCount: number;
  readonly rejectedCount: number;
  readonly rejectedShares: number;
  readonly orderedShares: number;
  readonly filledShares: number;
  readonly fillRatio: number | null;
  readonly fullCount: number;
  readonly partialCount: number;
  readonly cancelledCount: number;
  readonly expiredCount: number;
  readonly timeToFirstFill: WaitReading | null;
  readonly timeToFill: WaitReading | null;
}

export interface ProductDayRow {
  readonly productId: string;
  /** The working day that its orders count as of, `2026-01-05`. */
  readonly day: string;
  readonly subscriptions: ProductSideReading;
  readonly sales: ProductSideReading;
  /** Sales that were not filled whole, and the shares that nobody took. */
  readonly unfilledSaleCount: number;
  readonly unfilledSaleShares: number;
  /** Different users who subscribed, and who sold. */
  readonly buyers: number;
  readonly sellers: number;
  /** How far they went the same way beyond chance, by Lakonishok, Shleifer and Vishny; null below five of them. */
  readonly herding: { readonly excess: number; readonly side: 'subscribe' | 'sell' } | null;
}

/** As many orders each day or not (`dispersed`), spread over the day or all at once (`pulsing`), or neither (`eruptive`). */
export type ProductSegment = 'steady' | 'pulsing' | 'dispersed' | 'eruptive';

export interface ProductSegmentRow {
  readonly productId: string;
  /** Rejected ones left out. */
  readonly orderCount: number;
  /** Squared coefficient of variation of the orders of a day; null below three days. */
  readonly dispersion: number | null;
  /** Of the gaps between orders of a day, -1 clock, 0 chance, 1 bursts; null below ten orders. */
  readonly burstiness: number | null;
  /** Null where there is too little to tell. */
  readonly segment: ProductSegment | null;
}

export interface ProductDaysAnswer {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** By product, then day. */
  readonly rows: readonly ProductDayRow[];
  /** How orders of each product came, by product. */
  readonly segments: readonly ProductSegmentRow[];
  /** Orders that are in no row, by why. */
  readonly refused: Readonly<Record<string, number>>;
}
