import type { DataBreak, EmptyShare } from '@tidemark/protocol';
import { newcombeDifference } from '../../stats/index.js';

/** With fewer events on either side a share says little. */
const EVENTS_LEAST = 50;
/** Of the rise: what is smaller, nobody need act on, however certain it is. */
const RISE_LEAST = 0.1;
/**
 * Two-sided 99.9 %. Events of one device are like one another, so that the interval is narrower than it should be: the least
 * rise above is what keeps chance out.
 */
const Z = 3.290526731491895;

/**
 * Columns that became empty: the share of empty values rose, by at least a tenth of the events, above what it was before.
 *
 * @param shares - one for each event type and column.
 */
export function judgeEmpties(shares: readonly EmptyShare[]): DataBreak[] {
  return shares.flatMap(({ eventType, column, events, emptyRatio, baselineEvents, baselineRatio }) => {
    if (events < EVENTS_LEAST || baselineEvents < EVENTS_LEAST) return [];
    const rise = newcombeDifference(
      { successes: Math.round(emptyRatio * events), trials: events },
      { successes: Math.round(baselineRatio * baselineEvents), trials: baselineEvents },
      Z,
    );
    if (!rise || rise.difference < RISE_LEAST || rise.low <= 0) return [];
    const subject = `${eventType}.${column}`;
    return [
      { kind: 'empty' as const, subject, release: '', observed: emptyRatio, expected: baselineRatio, count: events },
    ];
  });
}
