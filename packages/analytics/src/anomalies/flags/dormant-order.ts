import { type CandidateFlag, makeFlag } from './flag.js';
import { nameNumbers } from './number-rows.js';
import type { RiskEvent } from './risk-event.js';

const VERSION = 1;
const DAY_MS = 86_400_000;
/** Who has done nothing for so long is dormant. */
const DORMANT_MS = 90 * DAY_MS;
/** A return is judged for so long: takers-over look around first. */
const RETURN_MS = 3 * DAY_MS;
/** How many times the largest order of one's own is large. */
const LARGE_FACTOR = 3;
/** Orders before one's own history says what is large. */
const ORDERS_LEAST = 3;

/** One user's history, as part of its row; `returnMs` is when the user came back, from a pause of `pauseMs`. */
export const HISTORY = nameNumbers({ firstMs: -1, lastMs: -1, returnMs: -1, pauseMs: 0, orders: 0, largest: 0 });
const [FIRST, LAST, RETURN, PAUSE, ORDERS, LARGEST] = [0, 1, 2, 3, 4, 5] as const;

/**
 * Finds an order far above all the user's own, soon after a long absence: what a taken-over account looks like.
 *
 * @param numbers - rows, of which that of the event's user has {@link HISTORY} from `at` on; takes the event in.
 */
export function findDormantOrder(numbers: Float64Array, at: number, event: RiskEvent): CandidateFlag | undefined {
  const { atMs } = event;
  const lastMs = numbers[at + LAST] ?? -1;
  if ((numbers[at + FIRST] ?? -1) < 0) numbers[at + FIRST] = atMs;
  const pauseMs = lastMs < 0 ? 0 : atMs - lastMs;
  if (pauseMs >= DORMANT_MS) {
    numbers[at + RETURN] = atMs;
    numbers[at + PAUSE] = pauseMs;
  }
  if (atMs > lastMs) numbers[at + LAST] = atMs;
  if (event.action !== 'order') return undefined;
  const amount = event.order?.amount ?? 0;
  if (!(amount > 0) || !Number.isFinite(amount)) return undefined;
  const returnMs = numbers[at + RETURN] ?? -1;
  const isBack = returnMs >= 0 && atMs - returnMs <= RETURN_MS && atMs >= returnMs;
  const flag = isBack ? judge(event, HISTORY.save(numbers, at), amount) : undefined;
  numbers[at + ORDERS] = (numbers[at + ORDERS] ?? 0) + 1;
  numbers[at + LARGEST] = Math.max(numbers[at + LARGEST] ?? 0, amount);
  return flag;
}

function judge(event: RiskEvent, history: ReturnType<typeof HISTORY.save>, amount: number): CandidateFlag | undefined {
  if (history.orders < ORDERS_LEAST || amount < LARGE_FACTOR * history.largest) return undefined;
  const times = amount / history.largest;
  const days = Math.round(history.pauseMs / DAY_MS);
  return makeFlag(
    {
      kind: 'dormant_then_large_order',
      entityKind: 'user',
      entityId: event.userId,
      firstMs: history.returnMs,
      lastMs: event.atMs,
      windowMs: RETURN_MS,
      // An order above all n before has a share of 1 in n + 1; each doubling beyond makes it half as likely, by a tail of x^-1.
      surprise: Math.log(history.orders + 1) + Math.log(times) + Math.log(history.pauseMs / DORMANT_MS) + Math.log(100),
      evidence: [
        {
          metric: 'amount of the order',
          observed: amount,
          expectedLow: 0,
          expectedHigh: LARGE_FACTOR * history.largest,
          baselineSpanMs: Math.max(0, history.returnMs - history.pauseMs - history.firstMs),
          n: history.orders,
        },
      ],
      reasons: [
        { code: 'dormant', text: `Nothing was heard of this user for ${days} days.` },
        {
          code: 'large_order',
          text: `The order is ${times.toFixed(1)} times the largest of the ${history.orders} before it.`,
        },
      ],
    },
    VERSION,
  );
}
