import { seededRandom } from '../../stats/seeded-random.js';
import { chatterjeeXi } from './chatterjee-xi.js';
import { distanceCorrelation } from './distance-correlation.js';
import { equivalentOfDistance, equivalentOfInformation, equivalentOfXi } from './gaussian-equivalent.js';
import { halfSampleErrors } from './half-samples.js';
import { kendallTau } from './kendall.js';
import { type LackOfFit, lackOfFit } from './lack-of-fit.js';
import { type CurvePoint, loessCurve } from './loess.js';
import { mutualInformation } from './mutual-information.js';
import { completePairs, type Pairs } from './pairs.js';
import { pearson, spearman } from './pearson.js';
import { type ResponseBin, responseByDecile } from './response-by-decile.js';

export interface CorrelationOptions {
  readonly seed: number;
  /** Half samples behind the intervals; 100 unless given. */
  readonly halves?: number;
}

export interface CorrelationMeasure {
  readonly value: number;
  /** At 95 %, inside the range of the measure. */
  readonly low: number;
  readonly high: number;
  /** The |r| of two normal columns with this value and its low end: all measures on Pearson's scale. */
  readonly equivalent: number;
  readonly equivalentLow: number;
}

export type CorrelationName = 'pearson' | 'spearman' | 'kendall' | 'distance' | 'xi' | 'information';

export type CorrelationReport =
  | { readonly kind: 'refused'; readonly reason: 'too_few_rows' | 'x_constant' | 'y_constant'; readonly rows: number }
  | {
      readonly kind: 'measured';
      /** Complete ones; rows with a missing value are left out and counted. */
      readonly rows: number;
      readonly leftOut: number;
      readonly measures: Readonly<Record<CorrelationName, CorrelationMeasure | null>>;
      readonly deciles: readonly ResponseBin[];
      readonly loess: readonly CurvePoint[];
      readonly lackOfFit: LackOfFit | null;
      /** A straight line misleads here. */
      readonly lineMisleads: boolean;
    };

const HALVES = 100;
/** A half must hold enough rows for ranks, bins and pairs to mean something. */
const FEWEST_ROWS = 40;
const Z = 1.959963984540054;
/** The deciles lie off the line by more than chance, and by enough to be worth a look. */
const LINE_P_VALUE = 0.001;
const LINE_SHARE = 0.01;

interface Kind {
  readonly name: CorrelationName;
  readonly least: number;
  readonly most: number;
  readonly equivalent: (value: number) => number;
}

const KINDS: readonly Kind[] = [
  { name: 'pearson', least: -1, most: 1, equivalent: Math.abs },
  { name: 'spearman', least: -1, most: 1, equivalent: (value) => 2 * Math.sin((Math.PI * Math.abs(value)) / 6) },
  { name: 'kendall', least: -1, most: 1, equivalent: (value) => Math.sin((Math.PI * Math.abs(value)) / 2) },
  { name: 'distance', least: 0, most: 1, equivalent: (value) => equivalentOfDistance(value * value) },
  { name: 'xi', least: -1, most: 1, equivalent: equivalentOfXi },
  { name: 'information', least: 0, most: Number.POSITIVE_INFINITY, equivalent: equivalentOfInformation },
];

/**
 * How y goes with x, by a straight line and by measures that ask for no shape. `distance` is the root of the unbiased square, 0
 * when that is below 0. The line is called misleading when the deciles lie off it beyond chance and at least two of distance
 * correlation, xi and mutual information are surely (low end) above |Pearson|, on its scale.
 *
 * @throws {RangeError} when the columns are not equally long or there are fewer than ten halves.
 */
export function correlate(x: ArrayLike<number>, y: ArrayLike<number>, options: CorrelationOptions): CorrelationReport {
  const { seed, halves = HALVES } = options;
  if (!(halves >= 10)) throw new RangeError(`intervals need ten halves or more, got ${halves}`);
  const pairs = completePairs(x, y);
  const rows = pairs.x.length;
  if (rows < FEWEST_ROWS) return { kind: 'refused', reason: 'too_few_rows', rows };
  if (pairs.x.every((value) => value === pairs.x[0])) return { kind: 'refused', reason: 'x_constant', rows };
  if (pairs.y.every((value) => value === pairs.y[0])) return { kind: 'refused', reason: 'y_constant', rows };
  const random = seededRandom(seed);
  const values = measureAll(pairs, random);
  const errors = halfSampleErrors(pairs, (half) => measureAll(half, random), halves, random);
  const measures = Object.fromEntries(
    KINDS.map((kind, at) => [kind.name, withInterval(kind, values[at] ?? null, errors[at] ?? null)]),
  ) as Record<CorrelationName, CorrelationMeasure | null>; // one entry a kind, and each name has a kind
  const fit = lackOfFit(pairs);
  return {
    kind: 'measured',
    rows,
    leftOut: x.length - rows,
    measures,
    deciles: responseByDecile(pairs),
    loess: loessCurve(pairs),
    lackOfFit: fit,
    lineMisleads: misleads(fit, measures),
  };
}

/** In the order of KINDS. */
function measureAll(pairs: Pairs, random: () => number): (number | null)[] {
  const distance = distanceCorrelation(pairs);
  return [
    pearson(pairs),
    spearman(pairs),
    kendallTau(pairs),
    distance?.unbiasedSquare == null ? null : Math.sqrt(Math.max(0, distance.unbiasedSquare)),
    chatterjeeXi(pairs, random),
    mutualInformation(pairs),
  ];
}

function withInterval(kind: Kind, value: number | null, error: number | null): CorrelationMeasure | null {
  if (value === null || error === null) return null;
  const [low, high] = [Math.max(kind.least, value - Z * error), Math.min(kind.most, value + Z * error)];
  const surely = low > 0 ? low : Math.max(0, -high); // nearer to 0, whichever sign; 0 when the interval holds it
  return { value, low, high, equivalent: kind.equivalent(value), equivalentLow: kind.equivalent(surely) };
}

function misleads(
  fit: LackOfFit | null,
  measures: Readonly<Record<CorrelationName, CorrelationMeasure | null>>,
): boolean {
  if (!fit || fit.pValue >= LINE_P_VALUE || fit.share < LINE_SHARE) return false;
  const line = Math.abs(measures.pearson?.value ?? 0);
  const shapeless = [measures.distance, measures.xi, measures.information];
  return shapeless.filter((measure) => measure !== null && measure.equivalentLow > line).length >= 2;
}
