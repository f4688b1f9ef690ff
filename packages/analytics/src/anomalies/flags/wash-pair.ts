import type { EntityTable } from './entity-table.js';
import { type CandidateFlag, makeFlag } from './flag.js';
import type { RiskEvent, RiskOrder } from './risk-event.js';

const VERSION = 1;
const DAY_MS = 86_400_000;
/** Who sells what another buys does so within the hour. */
const MATCH_MS = 60 * 60_000;
/** Amounts agree to their rounding. */
const AMOUNT_SHARE = 0.001;
const ORDERS_MAX = 64;
/** Once is chance; three times the same two within two weeks is none. */
const MATCHES_LEAST = 3;
const PAIR_MS = 14 * DAY_MS;

/** The last orders of one product, the latest overwriting the oldest: user, side (1 sells), time, amount. Plain data. */
export interface ProductOrders {
  users: string[];
  sides: number[];
  times: number[];
  amounts: number[];
  at: number;
}

/** When two users' orders met. Plain data. */
export interface Pair {
  times: number[];
}

export function newProductOrders(): ProductOrders {
  return { users: [], sides: [], times: [], amounts: [], at: 0 };
}

/**
 * Finds two users who sell to each other: opposite orders of one amount in one product within the hour, again and again.
 *
 * @param recent - orders of the event's product; takes it in.
 * @param pairs - of users, by both names in order.
 */
export function findWashPair(
  recent: ProductOrders,
  event: RiskEvent,
  order: RiskOrder,
  pairs: EntityTable<Pair>,
): CandidateFlag | undefined {
  const { userId, atMs } = event;
  const { amount } = order;
  const side = order.side === 'sell' ? 1 : 0;
  let flag: CandidateFlag | undefined;
  if (amount > 0 && Number.isFinite(amount)) {
    for (let i = 0; i < recent.amounts.length; i++) {
      if (Math.abs((recent.amounts[i] ?? 0) - amount) > AMOUNT_SHARE * amount) continue;
      if (recent.sides[i] === side || Math.abs(atMs - (recent.times[i] ?? 0)) > MATCH_MS) continue;
      const other = recent.users[i];
      if (other === undefined || other === userId) continue;
      flag = meet(event, other, pairs) ?? flag;
    }
    const { at } = recent;
    recent.users[at] = userId;
    recent.sides[at] = side;
    recent.times[at] = atMs;
    recent.amounts[at] = amount;
    recent.at = (at + 1) % ORDERS_MAX;
  }
  return flag;
}

function meet(event: RiskEvent, other: string, pairs: EntityTable<Pair>): CandidateFlag | undefined {
  const { userId, atMs } = event;
  const pair = pairs.of(userId < other ? `${userId}\n${other}` : `${other}\n${userId}`);
  pair.times = pair.times.filter((one) => Math.abs(atMs - one) < PAIR_MS);
  pair.times.push(atMs);
  const n = pair.times.length;
  if (n !== MATCHES_LEAST) return undefined; // told once; more tell nothing new
  return makeFlag(
    {
      kind: 'wash_pair',
      entityKind: 'user',
      entityId: userId,
      firstMs: Math.min(...pair.times),
      lastMs: atMs,
      windowMs: PAIR_MS,
      // By chance two orders of one product agree in amount once in a hundred times, and then with anybody.
      surprise: n * Math.log(100),
      evidence: [
        {
          metric: 'opposite orders of one amount with the same other user in 14 days',
          observed: n,
          expectedLow: 0,
          expectedHigh: MATCHES_LEAST - 1,
          baselineSpanMs: 0,
          n,
        },
      ],
      reasons: [
        {
          code: 'same_counterparty',
          text: `${n} times within 14 days this user and ${other} placed opposite orders of one amount.`,
        },
      ],
    },
    VERSION,
  );
}
