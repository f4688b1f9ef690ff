import { type BgNbdModel, type CountedHistory, fitBgNbd } from '../stats/bg-nbd.js';
import { createFollowing, FOLLOW_ORDERS_MAX, type SeenOrder } from '../stats/following.js';
import { absent, andThen, measured, type Outcome } from '../stats/outcome.js';
import { fitPrior, type Prior, type PriorSums } from '../stats/shrinkage.js';
import { createMacroSeries, type MacroSeries, type MacroValue } from './macro-series.js';
import { type CloseRow, createMarket, type FollowingReader, type Market, type TraderRow } from './market.js';

/** Where recency, frequency and money are cut into fifths. */
export interface RfmCuts {
  /** Of minus the days since the last order. */
  readonly recency: readonly number[];
  readonly frequency: readonly number[];
  readonly moneyByCurrency: ReadonlyMap<string, readonly number[]>;
}

/** What one subject is seen beside. Fitted once for all subjects of a workspace. */
export interface Population {
  /** Hour-of-week shares of people. */
  readonly hours: Outcome<Prior>;
  /** Shares of view templates, with their names. */
  readonly categories: Outcome<{ readonly names: readonly string[]; readonly prior: Prior }>;
  readonly rfm: Outcome<RfmCuts>;
  /** Days in place of weeks. */
  readonly bgNbd: Outcome<BgNbdModel>;
  readonly market: Market;
  readonly following: Outcome<FollowingReader>;
  /** What was published of the loan rate, by when. */
  readonly loanRate: MacroSeries;
}

/** What the store adds up over everybody. */
export interface PopulationRows {
  readonly hours: PriorSums;
  readonly categories: PriorSums & { readonly names: readonly string[] };
  /** Cuts of fifths; recency of minus the days since the last order. None where nobody ordered. */
  readonly recencyCuts: readonly number[];
  readonly frequencyCuts: readonly number[];
  readonly moneyCuts: readonly { readonly currency: string; readonly cuts: readonly number[] }[];
  readonly purchases: readonly CountedHistory[];
  readonly closes: readonly CloseRow[];
  readonly traders: readonly TraderRow[];
  /** First placements of the last seven days; one more than the limit when there are more. */
  readonly placements: readonly SeenOrder[];
  /** Every word on the loan rate of the last 365 days. */
  readonly loanRates: readonly MacroValue[];
}

export const NO_POPULATION_ROWS: PopulationRows = {
  hours: { counts: [], pairs: 0, equalPairs: 0 },
  categories: { names: [], counts: [], pairs: 0, equalPairs: 0 },
  recencyCuts: [],
  frequencyCuts: [],
  moneyCuts: [],
  purchases: [],
  closes: [],
  traders: [],
  placements: [],
  loanRates: [],
};

/** Fits what there is to fit. What cannot be fitted keeps its reason, which the features that need it then have. */
export function createPopulation(rows: PopulationRows): Population {
  const { names, ...categories } = rows.categories;
  const { recencyCuts: recency, frequencyCuts: frequency } = rows;
  const moneyByCurrency = new Map(rows.moneyCuts.map(({ currency, cuts }) => [currency, cuts] as const));
  const tooMany = rows.placements.length > FOLLOW_ORDERS_MAX;
  return {
    hours: fitPrior(rows.hours),
    categories: andThen(fitPrior(categories), (prior) => measured({ names, prior })),
    rfm: recency.length === 0 ? absent('no_population') : measured({ recency, frequency, moneyByCurrency }),
    bgNbd: fitBgNbd(rows.purchases),
    market: createMarket(rows.closes, rows.traders),
    following: tooMany ? absent('too_many_events') : measured(createFollowing(rows.placements)),
    loanRate: createMacroSeries(rows.loanRates),
  };
}
