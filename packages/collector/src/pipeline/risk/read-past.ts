import { connectStore, type StorePlace } from '../../store/connect.js';
import { readStretch } from '../../store/features/past-events.js';
import { createReadRiskRow, RISK_COLUMNS, type RiskRow } from './risk-rows.js';

/** What detectors that had lost all were told of the time before. */
export interface PastFigures {
  readonly events: number;
  /** Older ones, which were more than are read. */
  readonly leftOut: number;
}

/** Shows what was accepted before a moment to who has to know it, in the order it arrived. */
export type ReadPast = (place: StorePlace, beforeMs: number, each: (row: RiskRow) => void) => Promise<PastFigures>;

const DAY_MS = 86_400_000;
/** The longest that any detector remembers is 90 days: who was away for so long, and a device that is known for so long. */
export const LEARNT_FROM_MS = 100 * DAY_MS;
/** Some fifteen seconds of work. */
export const EVENTS_MAX = 1_000_000;
/** A sort of some hundred megabytes, and an answer of thirty. */
const SLICE_EVENTS = 100_000;

/** From the events table: of the last hundred days the newest million. */
export const readPast: ReadPast = async ({ address, database }, beforeMs, each) => {
  const store = connectStore(() => address, database);
  try {
    const limits = { eventsMax: EVENTS_MAX, sliceEvents: SLICE_EVENTS };
    const span = { sinceMs: beforeMs - LEARNT_FROM_MS, beforeMs, ...limits };
    const riskRow = createReadRiskRow();
    let events = 0;
    const { leftOut } = await readStretch(store, span, RISK_COLUMNS, (columns) => {
      const row = riskRow(columns);
      if (!row) return;
      each(row);
      events++;
    });
    return { events, leftOut };
  } finally {
    await store.close();
  }
};
