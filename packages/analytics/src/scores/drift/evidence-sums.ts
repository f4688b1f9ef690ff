/** Shiryaev-Roberts sums of several bets against one claim, laid side by side. */
export interface EvidenceSums {
  /** @param ratios - what each bet makes of a unit; 1 on average as long as the claim is true. */
  add(ratios: readonly number[]): void;
  /** Mean of the sums: grows by one a unit on average while the claim is true. */
  evidence(): number;
  /** The bet with the largest sum. */
  best(): number;
  /** So many units, the latest, speak for it without a break. */
  since(): number;
  reset(): void;
}

/** Held: years of evidence must not end in Infinity. */
const SUM_MAX = 1e300;

/** @param bets - how many, 1 at the least. */
export function createEvidenceSums(bets: number): EvidenceSums {
  const sums = new Float64Array(bets);
  /** Of each bet the CUSUM of ln ratio, and for how long it has been above 0: when a change began. */
  const cusums = new Float64Array(bets);
  const lengths = new Uint32Array(bets);
  const best = (): number => sums.indexOf(Math.max(...sums));
  return {
    add(ratios) {
      for (const [bet, ratio] of ratios.entries()) {
        sums[bet] = Math.min(SUM_MAX, (1 + (sums[bet] ?? 0)) * ratio);
        cusums[bet] = Math.max(0, (cusums[bet] ?? 0) + Math.log(ratio));
        lengths[bet] = cusums[bet] > 0 ? (lengths[bet] ?? 0) + 1 : 0;
      }
    },
    evidence: () => sums.reduce((total, sum) => total + sum, 0) / sums.length,
    best,
    since: () => lengths[best()] ?? 0,
    reset() {
      sums.fill(0);
      cusums.fill(0);
      lengths.fill(0);
    },
  };
}
