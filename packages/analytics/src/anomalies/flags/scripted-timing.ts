import { type CandidateFlag, makeFlag } from './flag.js';
import { createNumberRows, fieldOf, loadNumbers, nameNumbers } from './number-rows.js';
import type { RiskEvent } from './risk-event.js';

const VERSION = 1;
const HOUR_MS = 3_600_000;
/** Gaps judged at a time, and the fewest of them. */
const GAPS_MAX = 64;
const GAPS_LEAST = 24;
/** A longer pause is none between two actions of one piece of work. */
const PAUSE_MS = 30 * 60_000;
/** What people's own rhythms stay above: sd of the gaps over their mean, and bits over bins that double. */
const VARIATION_MOST = 0.2;
const ENTROPY_BITS_MOST = 1.2;

/** What is known of the gaps of one device, as part of its row. */
const RHYTHM = nameNumbers({ lastMs: Number.MAX_SAFE_INTEGER, at: 0, sum: 0, squares: 0 });
const [LAST, NEXT, SUM, SQUARES] = [0, 1, 2, 3] as const;
/** How many gaps there are, and where they lie, plus 1: the latest overwriting the oldest. */
const COUNT = RHYTHM.first.length;
const GAPS = COUNT + 1;
export const FIRST_RHYTHM: readonly number[] = [...RHYTHM.first, 0, 0];

/** Watches the rhythm of devices, of each in its row from `at` on. */
export interface RhythmWatch {
  /**
   * Finds devices that act like clocks: gaps between interactions and orders that are all but equal. Views are left out, since
   * pages may refresh themselves.
   *
   * @see S. Gianvecchio et al., "Measurement and classification of humans and bots in Internet chat", USENIX Security 2008.
   */
  readonly find: (numbers: Float64Array, at: number, event: RiskEvent) => CandidateFlag | undefined;
  readonly forget: (numbers: Float64Array, at: number) => void;
  readonly save: (numbers: Float64Array, at: number) => Readonly<Record<string, number | readonly number[]>>;
  readonly load: (plain: unknown, numbers: Float64Array, at: number) => void;
}

export function createRhythmWatch(): RhythmWatch {
  const gaps = createNumberRows(new Array<number>(GAPS_MAX).fill(0));

  function gapsAt(numbers: Float64Array, at: number): number {
    const found = numbers[at + GAPS] ?? 0;
    if (found > 0) return found - 1;
    const taken = gaps.take();
    numbers[at + GAPS] = taken + 1;
    return taken;
  }
  function push(numbers: Float64Array, at: number, gap: number): void {
    const from = gapsAt(numbers, at);
    const own = gaps.numbers();
    const n = numbers[at + COUNT] ?? 0;
    if (n < GAPS_MAX) {
      own[from + n] = gap;
      numbers[at + COUNT] = n + 1;
    } else {
      const next = numbers[at + NEXT] ?? 0;
      const oldest = own[from + next] ?? 0;
      own[from + next] = gap;
      numbers[at + NEXT] = (next + 1) % GAPS_MAX;
      numbers[at + SUM] = (numbers[at + SUM] ?? 0) - oldest;
      numbers[at + SQUARES] = (numbers[at + SQUARES] ?? 0) - oldest * oldest;
    }
    numbers[at + SUM] = (numbers[at + SUM] ?? 0) + gap;
    numbers[at + SQUARES] = (numbers[at + SQUARES] ?? 0) + gap * gap;
  }
  function listOf(numbers: Float64Array, at: number): number[] {
    const n = numbers[at + COUNT] ?? 0;
    const from = (numbers[at + GAPS] ?? 0) - 1;
    return n === 0 ? [] : Array.from(gaps.numbers().subarray(from, from + n));
  }
  return {
    find: (numbers, at, event) => {
      if (event.action === 'view') return undefined;
      const gap = event.atMs - (numbers[at + LAST] ?? 0);
      numbers[at + LAST] = event.atMs;
      // A late event, a clock put back, a long pause: the rhythm starts anew. So do several at once, which are one action.
      if (gap < 0 || gap > PAUSE_MS) startAnew(numbers, at);
      else if (gap > 0) push(numbers, at, gap);
      const n = numbers[at + COUNT] ?? 0;
      if (n < GAPS_LEAST || !mayBeEven(numbers[at + SUM] ?? 0, numbers[at + SQUARES] ?? 0, n)) return undefined;
      const flag = judge(event, listOf(numbers, at));
      if (flag) startAnew(numbers, at); // told; it takes as many again to tell it again
      return flag;
    },
    forget: (numbers, at) => {
      const found = numbers[at + GAPS] ?? 0;
      if (found > 0) gaps.drop(found - 1);
    },
    save: (numbers, at) => ({ ...RHYTHM.save(numbers, at), gaps: listOf(numbers, at) }),
    load: (plain, numbers, at) => {
      RHYTHM.load(plain, numbers, at);
      const values = fieldOf(plain, 'gaps');
      if (!Array.isArray(values) || values.length === 0) return;
      const from = gapsAt(numbers, at);
      loadNumbers(values.slice(0, GAPS_MAX), gaps.numbers(), from);
      numbers[at + COUNT] = Math.min(GAPS_MAX, values.length);
    },
  };
}

function startAnew(numbers: Float64Array, at: number): void {
  numbers[at + COUNT] = 0;
  numbers[at + NEXT] = 0;
  numbers[at + SUM] = 0;
  numbers[at + SQUARES] = 0;
}

/** By the running sums, which are exact for whole milliseconds; a little more is let through than is judged even. */
function mayBeEven(sum: number, squares: number, n: number): boolean {
  return n * squares <= (1 + 1.01 * VARIATION_MOST ** 2) * sum * sum + n;
}

function judge(event: RiskEvent, gaps: readonly number[]): CandidateFlag | undefined {
  const n = gaps.length;
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / n;
  const variation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / n) / mean;
  if (variation > VARIATION_MOST) return undefined;
  const entropyBits = entropyOf(gaps);
  if (entropyBits > ENTROPY_BITS_MOST) return undefined;
  // Were gaps a Poisson stream's, of variation 1: each of n gaps within +-sqrt(3) v of the mean has a share of about 1.27 v.
  const surprise = n * Math.max(0.05, -Math.log(Math.min(1, 1.27 * Math.max(variation, 1e-3))));
  return makeFlag(
    {
      kind: 'scripted_timing',
      entityKind: 'device',
      entityId: event.deviceId,
      firstMs: event.atMs - mean * n,
      lastMs: event.atMs,
      windowMs: HOUR_MS,
      surprise,
      evidence: [
        evidence('variation of gaps', variation, VARIATION_MOST, n),
        evidence('entropy of gaps, bits', entropyBits, ENTROPY_BITS_MOST, n),
      ],
      reasons: [
        {
          code: 'regular_gaps',
          text: `The last ${n} gaps between actions are all but equal (about ${(mean / 1_000).toFixed(1)} s, varying by ${Math.round(100 * variation)} %), as a program's are.`,
        },
      ],
    },
    VERSION,
  );
}

/** What people have lies above the limit. */
function evidence(metric: string, observed: number, limit: number, n: number) {
  return { metric, observed, expectedLow: limit, expectedHigh: Number.MAX_VALUE, baselineSpanMs: 0, n };
}

function entropyOf(gaps: readonly number[]): number {
  const bins = new Map<number, number>();
  for (const gap of gaps) {
    const bin = gap < 1 ? 0 : Math.floor(Math.log2(gap)) + 1;
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
  }
  let bits = 0;
  for (const count of bins.values()) bits -= (count / gaps.length) * Math.log2(count / gaps.length);
  return bits;
}
