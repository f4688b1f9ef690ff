import { sum } from './moments.js';
import { absent, faultOfAmounts, type Measure, measure, measured, type Outcome } from './outcome.js';

/** What a population's profiles have in common: where a newcomer's counts are pulled to, and how hard. */
export interface Prior {
  /** Shares by bin, shape [bins], summing to 1. */
  readonly shares: readonly number[];
  /** Pseudo-counts that the shares weigh as much as; larger where people are alike. */
  readonly strength: number;
  /** Shannon's entropy of the shares. */
  readonly entropyBits: number;
}

/** Sums over people that the prior is made from: what the store adds up, and no list of people. */
export interface PriorSums {
  /** Counts of all people by bin, shape [bins]. */
  readonly counts: readonly number[];
  /** Sum over people of n (n - 1), n their events. */
  readonly pairs: number;
  /** Sum over people and bins of c (c - 1), c their events in the bin. */
  readonly equalPairs: number;
}

/** Where people do not differ at all there is no end to it: their own counts then hardly matter. */
const STRENGTH_MAX = 1e6;
/** Where each stays in a bin of his own, own counts are all that matters. */
const STRENGTH_MIN = 1e-6;

/**
 * Empirical Bayes for counts by bin: people's shares are taken for draws from a Dirichlet law with the population's shares
 * and some strength k. Two events of one person lie in the same bin with probability m = (k s + 1) / (k + 1), s the sum of
 * squared shares; solved for k with the m that was seen.
 *
 * @returns `no_population` when nobody has two events.
 * @see J. Mosimann, "On the compound multinomial distribution", Biometrika 1962 (moments of the Dirichlet-multinomial).
 */
export function fitPrior({ counts, pairs, equalPairs }: PriorSums): Outcome<Prior> {
  const fault = faultOfAmounts([...counts, pairs, equalPairs]);
  if (fault) return absent(fault);
  const total = sum(counts);
  if (total === 0 || pairs === 0) return absent('no_population');
  const shares = counts.map((count) => count / total);
  const byChance = shares.reduce((squares, share) => squares + share * share, 0);
  const seen = equalPairs / pairs;
  const strength = seen <= byChance ? STRENGTH_MAX : (1 - seen) / (seen - byChance);
  const entropyBits = -shares.reduce((bits, share) => bits + share * log2(share), 0);
  return measured({ shares, strength: Math.min(STRENGTH_MAX, Math.max(STRENGTH_MIN, strength)), entropyBits });
}

/** The sums of one list of people, shape [people][bins]. */
export function sumPrior(people: readonly (readonly number[])[]): PriorSums {
  const counts: number[] = [];
  let [pairs, equalPairs] = [0, 0];
  for (const person of people) {
    const total = sum(person);
    pairs += total * (total - 1);
    for (const [bin, count] of person.entries()) {
      counts[bin] = (counts[bin] ?? 0) + count;
      equalPairs += count * (count - 1);
    }
  }
  return { counts, pairs, equalPairs };
}

/**
 * Shares of one person, shrunk to the population: (n_h + k pi_h) / (n + k).
 *
 * @param counts - shape [bins] of the prior; all zero gives the population's own shares.
 * @returns shape [bins], summing to 1.
 */
export function shrink(
  counts: readonly number[],
  { shares, strength }: Pick<Prior, 'shares' | 'strength'>,
): Outcome<readonly number[]> {
  if (counts.length !== shares.length) return absent('shape_mismatch');
  const fault = faultOfAmounts(counts);
  if (fault) return absent(fault);
  const total = sum(counts) + strength;
  return measured(counts.map((count, bin) => (count + strength * (shares[bin] ?? 0)) / total));
}

/**
 * Shannon's entropy of what `shrink` gives, without making it: bins of which the person has nothing are the prior's own, scaled,
 * and what they add is known from its entropy. Work is the bins with counts, not all bins.
 *
 * @param counts - above zero, by bin of the prior.
 * @returns bits, 0..log2(bins); as near to the sum over all bins as rounding allows.
 */
export function shrunkEntropyBits(
  counts: ReadonlyMap<number, number>,
  { shares, strength, entropyBits }: Prior,
): Measure {
  let own = 0;
  for (const [bin, count] of counts) {
    if (shares[bin] === undefined) return absent('shape_mismatch');
    if (!Number.isFinite(count)) return absent('not_finite');
    if (count < 0) return absent('negative');
    own += count;
  }
  const total = own + strength;
  const scale = strength / total;
  let bits = scale * (entropyBits - log2(scale));
  for (const [bin, count] of counts) {
    const before = scale * (shares[bin] ?? 0);
    const share = before + count / total;
    bits += before * log2(before) - share * log2(share);
  }
  return measure(Math.max(0, bits)); // never -0
}

/** Of a share in a product with it: nothing adds nothing. */
function log2(share: number): number {
  return share > 0 ? Math.log2(share) : 0;
}
