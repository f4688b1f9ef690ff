import { featuresOf, type SubjectKind } from '@tidemark/analytics/features';
import { ABSENT_REASONS, type Measure } from '@tidemark/analytics/stats';

/** Features of many subjects, side by side: what crosses from a thread without a million objects. */
export interface FeatureTable {
  readonly subjects: readonly string[];
  /** By the order of the catalog, subject by subject; 0 where there is no value. */
  readonly values: Float64Array;
  /** Of the same shape: 0 for a value, else one more than the place of the reason in `ABSENT_REASONS`. */
  readonly reasons: Uint8Array;
}

export interface FeatureTableBuilder {
  /** @param measures - as many as the kind has features. */
  add(subject: string, measures: readonly Measure[]): void;
  table(): FeatureTable;
}

const REASON_CODES: ReadonlyMap<string, number> = new Map(ABSENT_REASONS.map((reason, i) => [reason, i + 1]));
const FIRST_ROWS = 1_024;

export function createFeatureTable(kind: SubjectKind): FeatureTableBuilder {
  const width = featuresOf(kind).length;
  const subjects: string[] = [];
  let values = new Float64Array(FIRST_ROWS * width);
  let reasons = new Uint8Array(FIRST_ROWS * width);
  return {
    add(subject, measures) {
      const from = subjects.length * width;
      if (from === values.length) {
        values = grown(values, new Float64Array(2 * from));
        reasons = grown(reasons, new Uint8Array(2 * from));
      }
      subjects.push(subject);
      for (let i = 0; i < width; i++) {
        const one = measures[i];
        if (one?.kind === 'measured') values[from + i] = one.value;
        else reasons[from + i] = REASON_CODES.get(one?.reason ?? 'no_events') ?? 0;
      }
    },
    table() {
      const end = subjects.length * width;
      return { subjects, values: values.slice(0, end), reasons: reasons.slice(0, end) };
    },
  };
}

/** The measure at a place of the table; undefined beyond it. */
export function measureAt({ values, reasons }: FeatureTable, place: number): Measure | undefined {
  const [value, code] = [values[place], reasons[place]];
  if (value === undefined || code === undefined) return undefined;
  const reason = ABSENT_REASONS[code - 1];
  return reason === undefined ? { kind: 'measured', value } : { kind: 'absent', reason };
}

function grown<T extends Float64Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
