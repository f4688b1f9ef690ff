import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import {
  AT_MS,
  EVENTS_AS_OF,
  type FeatureMoment,
  HOUR_OF_WEEK,
  IS_ACT,
  IS_PLACED,
  IS_VIEW,
  LOCAL_DAY,
  momentBounds,
  ROWS_AS_OF,
} from './subject-rows.js';

/*
 * What all people of a workspace have in common: the ground that one of them is seen before. The sums are small whatever the
 * number of people; only placements of a week are a list, with a limit.
 */

export interface ProfileSums {
  readonly counts: readonly number[];
  readonly pairs: number;
  readonly equalPairs: number;
}
export interface PopulationAnswer {
  readonly hours: ProfileSums;
  readonly categories: ProfileSums & { readonly names: readonly string[] };
  readonly recencyCuts: readonly number[];
  readonly frequencyCuts: readonly number[];
  readonly moneyCuts: readonly { readonly currency: string; readonly cuts: readonly number[] }[];
  readonly purchases: readonly {
    readonly repeats: number;
    readonly lastAt: number;
    readonly observed: number;
    readonly customers: number;
  }[];
  readonly closes: readonly { readonly product: string; readonly day: number; readonly price: number }[];
  readonly traders: readonly {
    readonly product: string;
    readonly day: number;
    readonly buyers: number;
    readonly sellers: number;
  }[];
  readonly placements: readonly { readonly user: string; readonly what: string; readonly atMs: number }[];
  readonly loanRates: readonly {
    readonly knownAtMs: number;
    readonly periodAtMs: number;
    readonly value: number;
    readonly revision: number;
  }[];
}

const DAY_MS = 86_400_000;
const PLACEMENTS_MAX = 200_000;
const NO_ID = "toUUID('00000000-0000-0000-0000-000000000000')";
const LIMITS = 'SETTINGS max_execution_time = 60, max_memory_usage = 4000000000';
const since = (days: number): string => `AND {asOf:Int64} - ${AT_MS} < ${days * DAY_MS}`;
const PERSON = `if(user_id != '', user_id, toString(visitor_id))`;
const IS_PERSON = `AND (user_id != '' OR visitor_id != ${NO_ID})`;
const CUTS = 'quantilesExactInclusive(0.2, 0.4, 0.6, 0.8)';

/** One row a bin: its count, and what it adds to the pairs; `pairs` of all people is the same in each. */
function profileSql(bin: string, condition: string): string {
  return `
    WITH cells AS (
      SELECT ${PERSON} AS person, ${bin} AS bin, count() AS c ${EVENTS_AS_OF} ${since(30)} ${IS_PERSON} AND ${condition}
      GROUP BY person, bin
    )
    SELECT bin, sum(c) AS n, sum(c * (c - 1)) AS equalPairs,
      (SELECT sum(n * (n - 1)) FROM (SELECT sum(c) AS n FROM cells GROUP BY person)) AS pairs
    FROM cells GROUP BY bin ORDER BY bin ${LIMITS}`;
}

const RFM = `
  SELECT ${CUTS}(-recency) AS recencyCuts, ${CUTS}(orders) AS frequencyCuts, count() AS people
  FROM (
    SELECT user_id, uniqExact(order_id) AS orders, min({asOf:Int64} - ${AT_MS}) / ${DAY_MS} AS recency
    ${ROWS_AS_OF} ${since(90)} AND user_id != '' AND ${IS_PLACED} GROUP BY user_id
  ) ${LIMITS}`;

/** Of users who placed an order, as the figures of one user are. */
const MONEY = `
  SELECT currency, ${CUTS}(money) AS cuts
  FROM (
    SELECT user_id, currency, toFloat64(sum(amount)) AS money
    ${EVENTS_AS_OF} ${since(90)} AND user_id != '' AND event_type = 'settlement' AND order_side = 'subscribe'
      AND user_id IN (SELECT user_id ${ROWS_AS_OF} ${since(90)} AND user_id != '' AND ${IS_PLACED})
    GROUP BY user_id, currency
  )
  GROUP BY currency ${LIMITS}`;

const PURCHASES = `
  SELECT repeats, lastAt, observed, count() AS customers
  FROM (
    SELECT uniqExact(${LOCAL_DAY}) - 1 AS repeats, max(${LOCAL_DAY}) - min(${LOCAL_DAY}) AS lastAt,
      intDiv({asOf:Int64} + {offset:Int64}, ${DAY_MS}) - min(${LOCAL_DAY}) AS observed
    ${ROWS_AS_OF} AND user_id != '' AND ${IS_PLACED} AND order_side = 'subscribe' GROUP BY user_id
  )
  GROUP BY repeats, lastAt, observed ${LIMITS}`;

const CLOSES = `
  SELECT product_id AS product, ${LOCAL_DAY} AS day,
    toFloat64(argMax(price, (occurred_at, seq, toString(event_id)))) AS price
  ${ROWS_AS_OF} ${since(90)} AND event_type = 'order_fill' GROUP BY product, day ${LIMITS}`;

const TRADERS = `
  SELECT product_id AS product, ${LOCAL_DAY} AS day, uniqExactIf(user_id, order_side = 'subscribe') AS buyers,
    uniqExactIf(user_id, order_side = 'sell') AS sellers
  ${ROWS_AS_OF} ${since(90)} AND user_id != '' AND ${IS_PLACED} GROUP BY product, day ${LIMITS}`;

const PLACEMENTS = `
  SELECT argMin(user_id, place) AS user, argMin(concat(order_side, '\\n', product_id), place) AS what, min(at_ms) AS atMs
  FROM (
    SELECT order_id, user_id, order_side, product_id, ${AT_MS} AS at_ms, (at_ms, seq, toString(event_id)) AS place
    ${ROWS_AS_OF} ${since(7)} AND user_id != '' AND ${IS_PLACED}
  )
  GROUP BY order_id LIMIT ${PLACEMENTS_MAX + 1} ${LIMITS}`;

/** A rate that is set daily has fewer words in a year than this. The series is the catalog's `LOAN_RATE_SERIES`. */
const LOAN_RATES_MAX = 10_000;
const LOAN_RATES = `
  SELECT ${AT_MS} AS knownAtMs, toUnixTimestamp64Milli(period_at) AS periodAtMs, value, revision
  ${EVENTS_AS_OF} AND event_type = 'macro_point' AND name = 'loan_rate_1y'
  ORDER BY knownAtMs DESC LIMIT ${LOAN_RATES_MAX} ${LIMITS}`;

interface BinRow {
  readonly bin: number | string;
  readonly n: number;
  readonly equalPairs: number;
  readonly pairs: number;
}

/** One pass over the last 365 days for each of the lists, one after another: the store has other work, too. */
export async function readPopulation(store: StoreConnection, moment: FeatureMoment): Promise<PopulationAnswer> {
  const bound = momentBounds(moment);
  const ask = <Row>(query: string) => queryRows<Row>(store, query, bound);
  const hours = await ask<BinRow>(profileSql(HOUR_OF_WEEK, IS_ACT));
  const categories = await ask<BinRow>(profileSql('toString(template)', `template != '' AND ${IS_VIEW}`));
  const [rfm] = await ask<Pick<PopulationAnswer, 'recencyCuts' | 'frequencyCuts'> & { readonly people: number }>(RFM);
  const hourCounts = new Array<number>(168).fill(0);
  for (const { bin, n } of hours) hourCounts[Number(bin)] = n;
  return {
    hours: { ...pairsOf(hours), counts: hours.length === 0 ? [] : hourCounts },
    categories: {
      ...pairsOf(categories),
      counts: categories.map(({ n }) => n),
      names: categories.map(({ bin }) => String(bin)),
    },
    recencyCuts: rfm?.people ? rfm.recencyCuts : [],
    frequencyCuts: rfm?.people ? rfm.frequencyCuts : [],
    moneyCuts: await ask(MONEY),
    purchases: await ask(PURCHASES),
    closes: await ask(CLOSES),
    traders: await ask(TRADERS),
    placements: await ask(PLACEMENTS),
    loanRates: await ask(LOAN_RATES),
  };
}

function pairsOf(rows: readonly BinRow[]): Pick<ProfileSums, 'pairs' | 'equalPairs'> {
  return { pairs: rows[0]?.pairs ?? 0, equalPairs: rows.reduce((sum, { equalPairs }) => sum + equalPairs, 0) };
}
