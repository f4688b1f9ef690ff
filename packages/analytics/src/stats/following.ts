import { groupBy } from './group.js';
import { absent, measured, type Outcome } from './outcome.js';

/** An order as others see it: who, what, when. */
export interface SeenOrder {
  readonly user: string;
  /** Product and side together: only the same is followed. */
  readonly what: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

export interface Following {
  /** Share of orders that came within the window after another user's order of the same. */
  readonly share: number;
  /** What that share would be, had each order come at a random one of all order times of its day. */
  readonly expected: number;
}

/** Within this time after another's order one follows it: a minute, as long as a list of latest orders is in view. */
export const FOLLOW_WINDOW_MS = 60_000;
/** Orders that are looked at together; more are refused, not sampled. */
export const FOLLOW_ORDERS_MAX = 200_000;
const DAY_MS = 86_400_000;

/** Orders of one product and side, in order of time. */
interface Trail {
  /** Whether an order of this user would follow another's, had it come at the time; of nobody: anybody's. */
  follows(user: string | undefined, atMs: number): boolean;
  /** Those of the times that lie in the window after an order of this user, each once. */
  reachedAfter(user: string, times: readonly number[]): readonly number[];
}

/**
 * Blind following of one user: the share of own orders that follow another's, and what chance would give. The chance is exact:
 * each own order is moved to every time of day at which anybody ordered anything, others' orders staying where they are.
 *
 * @param own - orders of one user.
 * @param all - orders of everybody, that user's included, shape [n], n <= 200,000, in any order.
 */
export function following(
  own: readonly SeenOrder[],
  all: readonly SeenOrder[],
  windowMs: number = FOLLOW_WINDOW_MS,
): Outcome<Following> {
  if (own.length === 0) return absent('no_orders');
  if (all.length > FOLLOW_ORDERS_MAX) return absent('too_many_events');
  if (![...own, ...all].every(({ atMs }) => Number.isFinite(atMs))) return absent('not_finite');
  return createFollowing(all, windowMs).of(own);
}

/** The same for many users over one market, which is read once. */
export function createFollowing(
  all: readonly SeenOrder[],
  windowMs: number = FOLLOW_WINDOW_MS,
): { of(own: readonly SeenOrder[]): Outcome<Following> } {
  const trails = trailsOf(all, windowMs);
  const timesByDay = new Map(
    [...groupBy(all, ({ atMs }) => dayOf(atMs))].map(([day, orders]) => [
      day,
      ascending(orders.map(({ atMs }) => atMs)),
    ]),
  );
  const hitsOf = new Map<string, number>();

  /** Times of a day at which someone would follow an order of this, whosever. */
  function hits(what: string, day: number, trail: Trail, times: readonly number[]): number {
    const key = `${day}\n${what}`;
    const known = hitsOf.get(key);
    if (known !== undefined) return known;
    const count = times.filter((atMs) => trail.follows(undefined, atMs)).length;
    hitsOf.set(key, count);
    return count;
  }

  return {
    of(own) {
      if (own.length === 0) return absent('no_orders');
      let [share, expected] = [0, 0];
      for (const { user, what, atMs } of own) {
        const trail = trails.get(what);
        const times = timesByDay.get(dayOf(atMs));
        if (!trail || !times) continue;
        if (trail.follows(user, atMs)) share += 1;
        const ownAlone = trail.reachedAfter(user, times).filter((time) => !trail.follows(user, time)).length;
        expected += (hits(what, dayOf(atMs), trail, times) - ownAlone) / times.length;
      }
      return measured({ share: share / own.length, expected: expected / own.length });
    },
  };
}

/**
 * How likely so much following is by chance, over a whole market: times are shuffled between the orders of a day, users and
 * products staying together. The p value is exact for any number of shuffles; ties are broken at random.
 *
 * @param random - uniform in [0, 1).
 * @returns 0..1, uniform when nobody follows anybody.
 * @see P. Good, Permutation, Parametric and Bootstrap Tests of Hypotheses, 2005; B. Phipson & G. Smyth 2010.
 */
export function followingPValue(
  all: readonly SeenOrder[],
  options: { readonly shuffles: number; readonly random: () => number; readonly windowMs?: number },
): Outcome<number> {
  if (all.length === 0) return absent('no_orders');
  if (all.length > FOLLOW_ORDERS_MAX) return absent('too_many_events');
  if (!all.every(({ atMs }) => Number.isFinite(atMs))) return absent('not_finite');
  const windowMs = options.windowMs ?? FOLLOW_WINDOW_MS;
  const seen = countFollowing(all, windowMs);
  let [above, equal] = [0, 1];
  for (let round = 0; round < options.shuffles; round++) {
    const count = countFollowing(shuffleTimes(all, options.random), windowMs);
    if (count > seen) above += 1;
    if (count === seen) equal += 1;
  }
  return measured((above + options.random() * equal) / (options.shuffles + 1));
}

function countFollowing(all: readonly SeenOrder[], windowMs: number): number {
  const trails = trailsOf(all, windowMs);
  return all.filter(({ user, what, atMs }) => trails.get(what)?.follows(user, atMs)).length;
}

function trailsOf(all: readonly SeenOrder[], windowMs: number): Map<string, Trail> {
  return new Map([...groupBy(all, (order) => order.what)].map(([what, orders]) => [what, trailOf(orders, windowMs)]));
}

function trailOf(orders: readonly SeenOrder[], windowMs: number): Trail {
  const sorted = orders.toSorted((a, b) => a.atMs - b.atMs);
  const orderTimes = sorted.map(({ atMs }) => atMs);
  const byUser = groupBy(sorted, ({ user }) => user);
  return {
    follows(user, atMs) {
      // Strictly before: orders of the same moment do not follow each other.
      for (let i = firstAtOrAfter(orderTimes, atMs) - 1; i >= 0; i--) {
        const other = sorted[i];
        if (!other || other.atMs < atMs - windowMs) return false;
        if (other.user !== user) return true;
      }
      return false;
    },
    reachedAfter(user, times) {
      const reached: number[] = [];
      let next = 0; // windows of one user may overlap
      for (const { atMs } of byUser.get(user) ?? []) {
        next = Math.max(next, firstAtOrAfter(times, atMs + 1));
        for (let time = times[next]; time !== undefined && time <= atMs + windowMs; time = times[next]) {
          reached.push(time);
          next += 1;
        }
      }
      return reached;
    },
  };
}

/** @param times - ascending whole milliseconds. */
function firstAtOrAfter(times: readonly number[], atMs: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function ascending(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}

function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS);
}

function shuffleTimes(all: readonly SeenOrder[], random: () => number): SeenOrder[] {
  return [...groupBy(all, ({ atMs }) => dayOf(atMs)).values()].flatMap((day) => {
    const times = day.map(({ atMs }) => atMs);
    for (let i = times.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [times[i], times[j]] = [times[j] ?? 0, times[i] ?? 0];
    }
    return day.map((order, i) => ({ ...order, atMs: times[i] ?? 0 }));
  });
}
