/** Shiryaev-Roberts sums of several bets against one claim, laid side by side. */
export interface EvidenceSums {
  /** @param ratios - what each bet makes of a unit; 1 on average as long as the claim is true. */
  add(ratios: readonly number[]): void;
  /** Mean of the sums: grows by one a unit on average while the claim is true. */
  evidence(): number;
  /** The bet with the largest sum. */
  best(): number;
  /** So many units, the latest, carry nearly all that speaks for it without a break; 2,000 at the most. */
  since(): number;
  reset(): void;
}

/** Held: years of evidence must not end in Infinity. */
const SUM_MAX = 1e300;
const SPEAKING_MAX = 2_000;
/** What has spoken for it a little, and for long, is not when it began. */
const NEARLY_ALL = 0.9;

/** @param bets - how many, 1 at the least. */
export function createEvidenceSums(bets: number): EvidenceSums {
  const sums = new Float64Array(bets);
  /** Of each bet the CUSUM of ln ratio, and what it has been made of since it was 0: when a change began. */
  const cusums = new Float64Array(bets);
  const speaking = Array.from({ length: bets }, (): number[] => []);
  const best = (): number => sums.indexOf(Math.max(...sums));
  return {
    add(ratios) {
      for (const [bet, ratio] of ratios.entries()) {
        sums[bet] = Math.min(SUM_MAX, (1 + (sums[bet] ?? 0)) * ratio);
        const [cusum, logs] = [(cusums[bet] ?? 0) + Math.log(ratio), speaking[bet] ?? []];
        cusums[bet] = Math.max(0, cusum);
        if (cusum > 0) logs.push(Math.log(ratio));
        else logs.length = 0;
        if (logs.length > SPEAKING_MAX) logs.shift();
      }
    },
    evidence: () => sums.reduce((total, sum) => total + sum, 0) / sums.length,
    best,
    since() {
      const [logs, enough] = [speaking[best()] ?? [], NEARLY_ALL * (cusums[best()] ?? 0)];
      let [units, told] = [0, 0];
      while (units < logs.length && told < enough) told += logs[logs.length - ++units] ?? 0;
      return units;
    },
    reset() {
      sums.fill(0);
      cusums.fill(0);
      for (const logs of speaking) logs.length = 0;
    },
  };
}
