import { countInBins, cutMassBins } from './mass-bins.js';

export interface PopulationAlarmOptions {
  /** Rows between two false alarms, on average, at the least, as long as rows are like those learnt from; 10,000 unless given. */
  readonly rowsPerFalseAlarm?: number;
  /** Uniform in [0, 1): decides between equals. */
  readonly random: () => number;
}

export interface PopulationAlarm {
  /**
   * @param row - a value of each column, in the order of the reference; what is not finite counts as missing.
   * @returns whether the alarm is on; it stays on.
   */
  observe(row: ArrayLike<number>): boolean;
  /** Evidence that the rows come from elsewhere; the alarm is on from rowsPerFalseAlarm. */
  evidence(): number;
  /** The column that moved most, by its place. */
  suspect(): number;
}

const ROWS_PER_FALSE_ALARM = 10_000;
/** Ranks are told apart as finely; a value that never came has a rank all the same. */
const BINS = 64;
/** Bets on the rank of a row: that ranks rise or fall (first), that they come to the middle or to the ends (second). */
const BETS: readonly ((rank: number) => number)[] = [1, 0.5, -0.5, -1].flatMap((stake) => [
  (rank: number) => 1 + stake * (2 * rank - 1),
  (rank: number) => 1 + stake * (6 * rank * rank - 6 * rank + 1),
]);

/**
 * Watches whether rows still come from where those did that a model learnt from. Of each column the rank of a new value among all
 * before it, equals at random, is uniform and independent of the ranks before, as long as rows could have come in any order: no
 * assumption about their distribution. The first two of Legendre's polynomials bet against that; the mean of the Shiryaev-Roberts
 * sums R <- (1 + R) bet over bets and columns grows by one a row on average, so that it reaches N after N rows on average at the
 * earliest, and within t rows with a probability of t / N at the most.
 *
 * @param reference - columns that were learnt from, shape [columns][rows].
 * @throws {RangeError} when there is no column or row, or rowsPerFalseAlarm is not above 1.
 * @see V. Vovk, "Testing randomness online", Statistical Science 36 (2021); V. Vovk et al., "Retrain or not retrain: conformal test
 *   martingales for change-point detection", COPA 2021.
 */
export function createPopulationAlarm(
  reference: readonly ArrayLike<number>[],
  { rowsPerFalseAlarm = ROWS_PER_FALSE_ALARM, random }: PopulationAlarmOptions,
): PopulationAlarm {
  if (!(rowsPerFalseAlarm > 1)) throw new RangeError(`rowsPerFalseAlarm must be above 1, got ${rowsPerFalseAlarm}`);
  if (!reference[0]?.length) throw new RangeError('there is nothing that was learnt from');
  const columns = reference.map((values) => watchColumn(values));
  let on = false;
  const evidence = (): number => columns.reduce((sum, column) => sum + column.evidence(), 0) / columns.length;
  return {
    observe(row) {
      for (const [at, column] of columns.entries()) column.observe(Number(row[at]), random());
      on ||= evidence() >= rowsPerFalseAlarm;
      return on;
    },
    evidence,
    suspect: () =>
      columns.reduce((most, column, at) => (column.evidence() > (columns[most]?.evidence() ?? 0) ? at : most), 0),
  };
}

interface WatchedColumn {
  observe(value: number, tie: number): void;
  evidence(): number;
}

function watchColumn(values: ArrayLike<number>): WatchedColumn {
  const rows = Float64Array.from({ length: values.length }, (_, row) => Number(values[row]));
  // Bins cut by the very rows that are ranked in them would hold even shares of these, and of no others.
  const bins = cutMassBins(
    rows.filter((_, row) => row % 2 === 0),
    BINS,
  );
  const ranked = rows.filter((_, row) => row % 2 === 1);
  const counts = countInBins(bins, ranked);
  const sums = new Float64Array(BETS.length);
  let seen = ranked.length;
  return {
    observe(value, tie) {
      const bin = countInBins(bins, [value]).indexOf(1);
      let below = 0;
      for (let lower = 0; lower < bin; lower += 1) below += counts[lower] as number; // in range
      counts[bin] = (counts[bin] ?? 0) + 1;
      seen += 1;
      const rank = (below + tie * (counts[bin] as number)) / seen;
      for (const [at, bet] of BETS.entries()) sums[at] = Math.min(1e300, (1 + (sums[at] as number)) * bet(rank));
    },
    evidence: () => sums.reduce((total, sum) => total + sum, 0) / sums.length,
  };
}
