import { createEvidenceSums, type EvidenceSums } from './evidence-sums.js';
import { binOf, countInBins, cutMassBins, type MassBins } from './mass-bins.js';

export interface PopulationAlarmOptions {
  /** Rows between two false alarms, on average, at the least, as long as rows are like those learnt from; 10,000 unless given. */
  readonly rowsPerFalseAlarm?: number;
  /** Uniform in [0, 1): decides between equals. */
  readonly random: () => number;
}

/** Rows that a column was learnt from where no more is known of them than how many lie in each bin. */
export interface CountedColumn extends MassBins {
  /** Shape [edges + 2]: the last counts what is not finite (missing). */
  readonly rows: readonly number[];
}

export interface PopulationAlarm {
  /**
   * @param row - a value of each column, in the order of the reference; what is not finite counts as missing.
   * @returns whether the alarm is on; it stays on.
   */
  observe(row: ArrayLike<number>): boolean;
  /** Rows that share their fate, however closely: together they are worth one. */
  observeTogether(rows: readonly ArrayLike<number>[]): boolean;
  /** Evidence that the rows come from elsewhere; the alarm is on from rowsPerFalseAlarm. */
  evidence(): number;
  /** The column that moved most, by its place. */
  suspect(): number;
  /** So many observations, the latest, carry nearly all that speaks for it; 2,000 at the most. */
  since(): number;
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
 * Of rows that are observed together the mean bet counts.
 *
 * @param reference - columns that were learnt from, shape [columns][rows], or counted.
 * @throws {RangeError} when there is no column or row, or rowsPerFalseAlarm is not above 1.
 * @see V. Vovk, "Testing randomness online", Statistical Science 36 (2021); V. Vovk et al., "Retrain or not retrain: conformal test
 *   martingales for change-point detection", COPA 2021.
 */
export function createPopulationAlarm(
  reference: readonly (ArrayLike<number> | CountedColumn)[],
  { rowsPerFalseAlarm = ROWS_PER_FALSE_ALARM, random }: PopulationAlarmOptions,
): PopulationAlarm {
  if (!(rowsPerFalseAlarm > 1)) throw new RangeError(`rowsPerFalseAlarm must be above 1, got ${rowsPerFalseAlarm}`);
  const columns = reference.map((column) => watchColumn('edges' in column ? column : countedOf(column)));
  if (columns.length === 0) throw new RangeError('there is nothing that was learnt from');
  let on = false;
  const evidence = (): number => columns.reduce((sum, column) => sum + column.evidence(), 0) / columns.length;
  const suspect = (): number =>
    columns.reduce((most, column, at) => (column.evidence() > (columns[most]?.evidence() ?? 0) ? at : most), 0);

  function observeTogether(rows: readonly ArrayLike<number>[]): boolean {
    for (const [at, column] of columns.entries()) {
      column.observe(
        rows.map((row) => Number(row[at])),
        random,
      );
    }
    on ||= evidence() >= rowsPerFalseAlarm;
    return on;
  }

  return {
    observe: (row) => observeTogether([row]),
    observeTogether,
    evidence,
    suspect,
    since: () => columns[suspect()]?.since() ?? 0,
  };
}

interface WatchedColumn extends Pick<EvidenceSums, 'evidence' | 'since'> {
  observe(values: readonly number[], random: () => number): void;
}

function countedOf(values: ArrayLike<number>): CountedColumn {
  if (values.length === 0) throw new RangeError('there is nothing that was learnt from');
  const rows = Float64Array.from({ length: values.length }, (_, row) => Number(values[row]));
  // Bins cut by the very rows that are ranked in them would hold even shares of these, and of no others.
  const bins = cutMassBins(
    rows.filter((_, row) => row % 2 === 0),
    BINS,
  );
  const ranked = rows.filter((_, row) => row % 2 === 1);
  return { ...bins, rows: countInBins(bins, ranked) };
}

function watchColumn({ edges, rows }: CountedColumn): WatchedColumn {
  const counts = [...rows];
  const { add, evidence, since } = createEvidenceSums(BETS.length);
  let seen = counts.reduce((total, count) => total + count, 0);

  function rankOf(value: number, tie: number): number {
    const bin = binOf({ edges }, value);
    let below = 0;
    for (let lower = 0; lower < bin; lower += 1) below += counts[lower] as number; // in range
    counts[bin] = (counts[bin] ?? 0) + 1;
    seen += 1;
    return (below + tie * (counts[bin] as number)) / seen;
  }

  return {
    observe(values, random) {
      const ranks = values.map((value) => rankOf(value, random()));
      add(BETS.map((bet) => ranks.reduce((sum, rank) => sum + bet(rank), 0) / ranks.length));
    },
    evidence,
    since,
  };
}
