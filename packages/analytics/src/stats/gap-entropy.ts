import { entropyBits } from './entropy.js';
import { faultOfGaps } from './gaps.js';
import { tally } from './group.js';
import { absent, andThen, type Measure, measure } from './outcome.js';

/**
 * Entropy of gaps in bins that double: [0,1), [1,2), [2,4), [4,8) and so on, in the unit of the gaps. A script that waits
 * "about as long" each time fills few bins.
 *
 * @param gaps - each >= 0, milliseconds by custom.
 * @returns bits.
 * @see S. Gianvecchio et al., "Battle of Botcraft: fighting bots in online games with human observational proofs", CCS 2009,
 *   and "Measurement and classification of humans and bots in Internet chat", USENIX Security 2008.
 */
export function gapEntropyBits(gaps: readonly number[]): Measure {
  const fault = faultOfGaps(gaps, 2);
  return fault ?? entropyBits([...tally(gaps.map(logBin)).values()]);
}

function logBin(gap: number): number {
  return gap < 1 ? 0 : Math.floor(Math.log2(gap)) + 1;
}

/** Bins of equal counts, as in the source. */
const EQUAL_BINS = 5;
/** Patterns longer than this are all unique in any list worth the work. */
const PATTERN_MAX = 15;
/** Below, every pattern is unique and the correction is all there is. */
export const CCE_FEWEST_GAPS = 10;

/**
 * Corrected conditional entropy: how much the next gap surprises who knows those before, at the pattern length at which it
 * is least. Each length's entropy is corrected by the share of patterns seen once, because a pattern seen once would seem
 * perfectly foreseeable. Low for any regular order of gaps, even of many different ones.
 *
 * @param gaps - in their order, each >= 0, shape [n], n >= 10.
 * @returns bits, 0..log2 5.
 * @see Porta et al., "Measuring regularity by means of a corrected conditional entropy", 1998; Gianvecchio & Wang, "An
 *   entropy-based approach to detecting covert timing channels", IEEE TDSC 2011.
 */
export function correctedConditionalEntropyBits(gaps: readonly number[]): Measure {
  const fault = faultOfGaps(gaps, CCE_FEWEST_GAPS);
  if (fault) return fault;
  if (new Set(gaps).size === 1) return measure(0);
  const symbols = equalBins(gaps);
  return andThen(entropyBits([...tally(symbols).values()]), (first) => {
    let least = first;
    let shorter = first;
    for (let length = 2; length <= Math.min(PATTERN_MAX, symbols.length); length++) {
      const patterns = patternCounts(symbols, length);
      const joint = entropyBits(patterns);
      if (joint.kind === 'absent') return absent('too_few_events');
      const unique = patterns.filter((count) => count === 1).length / (symbols.length - length + 1);
      least = Math.min(least, Math.max(0, joint.value - shorter) + unique * first);
      if (unique === 1) break; // from here on only the correction is left
      shorter = joint.value;
    }
    return measure(least);
  });
}

/** Equal gaps lie in one bin, whatever that does to the balance. */
function equalBins(gaps: readonly number[]): string[] {
  const sorted = gaps.toSorted((a, b) => a - b);
  const rankOf = new Map<number, number>();
  for (const [rank, gap] of sorted.entries()) if (!rankOf.has(gap)) rankOf.set(gap, rank);
  return gaps.map((gap) => String(Math.floor(((rankOf.get(gap) ?? 0) * EQUAL_BINS) / gaps.length)));
}

function patternCounts(symbols: readonly string[], length: number): number[] {
  const patterns: string[] = [];
  for (let i = 0; i + length <= symbols.length; i++) patterns.push(symbols.slice(i, i + length).join(''));
  return [...tally(patterns).values()];
}
