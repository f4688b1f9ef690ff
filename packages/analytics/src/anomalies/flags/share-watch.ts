/** Watches over the share of trials that go wrong: a CUSUM of log-likelihood ratios against the share so far. Plain data. */
export interface ShareWatch {
  n: number;
  /** Usual share, running. */
  share: number;
  sum: number;
  /** Since the sum last was 0. */
  fromMs: number;
  trials: number;
  hits: number;
  sinceMs: number;
  isTold: boolean;
}

export interface ShareRule {
  /** Where less goes wrong, so much still is nothing. */
  readonly usualLeast: number;
  /** What is looked for: so much goes wrong. */
  readonly bad: number;
  /** Trials before a share is known, where they must be more than usual. */
  readonly trialsLeast?: number;
}

export interface ShareBreak {
  readonly share: number;
  readonly usual: number;
  readonly trials: number;
  readonly fromMs: number;
  readonly surprise: number;
  readonly baselineSpanMs: number;
}

/** Trials before a share is known. */
const TRIALS_LEAST = 40;
const SPAN = 2_000;
/** A false alarm in e^12 trials of the usual share at most. */
const SUM_LEAST = 12;

export function newShareWatch(): ShareWatch {
  return { n: 0, share: 0, sum: 0, fromMs: -1, trials: 0, hits: 0, sinceMs: -1, isTold: false };
}

/**
 * Takes one trial in; the break, once, when the share has risen. It is told anew after the sum has been back at 0.
 *
 * @see E. S. Page, "Continuous inspection schemes", Biometrika 1954.
 */
export function watchShare(
  watch: ShareWatch,
  atMs: number,
  isHit: boolean,
  { usualLeast, bad, trialsLeast = TRIALS_LEAST }: ShareRule,
): ShareBreak | undefined {
  if (watch.sinceMs < 0) watch.sinceMs = atMs;
  const usual = Math.max(usualLeast, watch.share);
  const found = watch.n < trialsLeast || usual >= bad ? undefined : judge(watch, atMs, isHit, usual, bad);
  // While something is wrong nothing is learnt of what is usual.
  if (watch.sum < SUM_LEAST / 2) {
    watch.n = Math.min(SPAN, watch.n + 1);
    watch.share += ((isHit ? 1 : 0) - watch.share) / watch.n;
  }
  return found;
}

function judge(watch: ShareWatch, atMs: number, isHit: boolean, usual: number, bad: number): ShareBreak | undefined {
  const step = isHit ? Math.log(bad / usual) : Math.log((1 - bad) / (1 - usual));
  if (watch.sum === 0) {
    watch.fromMs = atMs;
    watch.trials = 0;
    watch.hits = 0;
  }
  watch.trials++;
  if (isHit) watch.hits++;
  // What has gone on for a while ends as soon as it began.
  watch.sum = Math.max(0, Math.min(2 * SUM_LEAST, watch.sum + step));
  if (watch.sum === 0) watch.isTold = false;
  if (watch.isTold || watch.sum < SUM_LEAST) return undefined;
  watch.isTold = true;
  const { trials, hits, fromMs } = watch;
  return {
    share: hits / trials,
    usual,
    trials,
    fromMs: Math.min(fromMs, atMs),
    surprise: watch.sum,
    baselineSpanMs: Math.max(0, fromMs - watch.sinceMs),
  };
}
