import type {
  DataBreak,
  DataBreakKind,
  EffectiveDataRow,
  EffectiveDataTotals,
  EmptyShare,
  Freshness,
} from '@tidemark/protocol';
import { wilsonInterval } from '../../stats/index.js';
import { judgeCliffs, type SchemaSighting } from './judge-cliffs.js';
import { judgeEmpties } from './judge-empties.js';

/** What is known of the data of some time. */
export interface EffectiveData {
  readonly totals: EffectiveDataTotals;
  /** By release; of other rows none. */
  readonly releases: readonly EffectiveDataRow[];
  readonly empties: readonly EmptyShare[];
  readonly sightings: readonly SchemaSighting[];
  readonly freshness: Freshness;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/**
 * Shares above which data stops being useful for what is counted from it. A funnel of four steps loses a twenty-fifth at one in a
 * hundred; a flag that needs the last hour is wrong for one visitor in ten; copies and refusals are faults of a sender.
 */
const MOST: Readonly<Record<'missing' | 'late' | 'copies' | 'rejected', number>> = {
  missing: 0.01,
  late: 0.1,
  copies: 0.01,
  rejected: 0.01,
};

/** A collector loads within half a second, and within a minute after the longest stop that nobody notices. */
const BEHIND_MOST_MS = 60_000;

/** Of few, one is much: a share breaks a limit when the low end of its 95 % interval does. */
function above(
  kind: keyof typeof MOST,
  part: number,
  whole: number,
  subject: string,
  release: string,
): readonly DataBreak[] {
  const { low = 0 } = (part > 0 && wilsonInterval(Math.min(part, whole), whole)) || {};
  if (low <= MOST[kind]) return [];
  return [{ kind, subject, release, observed: part / whole, expected: MOST[kind], count: whole }];
}

function judgeDelivery(row: Omit<EffectiveDataRow, 'name'>, release: string): readonly DataBreak[] {
  const { events, missing, completenessRatio, copies, lateRatio } = row;
  const numbers = completenessRatio === null || missing === 0 ? 0 : Math.round(missing / (1 - completenessRatio));
  return [
    ...above('missing', missing, numbers, 'seq', release),
    ...above('late', Math.round((lateRatio ?? 0) * events), events, 'received_at', release),
    ...above('copies', copies, events + copies, 'event_id', release),
  ];
}

/**
 * Departures of the data that chance does not explain, the gravest first: what the risk feed raises flags from, and what
 * a report shows as an alarm. Empty where all is well, and where there is too little to tell.
 */
export function judgeEffectiveData(data: EffectiveData): DataBreak[] {
  const { totals, freshness } = data;
  const breaks: DataBreak[] = [
    ...judgeDelivery(totals, ''),
    ...data.releases.flatMap((row) => judgeDelivery(row, row.name)),
    ...above('rejected', totals.rejected, totals.events + totals.rejected, 'events', ''),
    ...judgeEmpties(data.empties),
    ...judgeCliffs(data.sightings),
  ];
  const behindMs = freshness.completeTo === null ? 0 : data.nowMs - freshness.completeTo;
  if (behindMs > BEHIND_MOST_MS) {
    breaks.push({
      kind: 'behind',
      subject: 'store',
      release: '',
      observed: behindMs,
      expected: BEHIND_MOST_MS,
      count: 1,
    });
  }
  const order = (kind: DataBreakKind) => ORDER.indexOf(kind);
  return breaks.sort((a, b) => order(a.kind) - order(b.kind));
}

const ORDER: readonly DataBreakKind[] = [
  'behind',
  'missing',
  'late',
  'copies',
  'rejected',
  'empty',
  'vanished',
  'appeared',
];
