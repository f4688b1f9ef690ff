import { auditTables } from '../chaos/audit-tables.js';
import type { Tables } from '../chaos/open-tables.js';
import { auditRun, readStoredLabels, type StoredAudit } from '../sdk/audit-runs.js';
import { labelsOf } from '../sdk/in-page.js';
import type { PlayedRun } from './play-runs.js';

export interface RunOutcome extends StoredAudit {
  readonly run: PlayedRun;
  /** The promised ones that are in no row. */
  readonly lostLabels: readonly string[];
}

/** What is true of all rows together. */
export interface StoreAudit {
  readonly aggregatesEqual: boolean;
  /** Numbers of a queue that two rows have, and events that two numbers have; none may be. */
  readonly numbersTwice: readonly string[];
}

/** Events of one id under two numbers, and numbers with two rows. */
const NUMBERS_TWICE = `
  SELECT concat(any(app_id), ' ', toString(queue_id), ' ', toString(seq)) AS what
  FROM events GROUP BY queue_id, seq HAVING count() > 1
  UNION ALL
  SELECT concat(any(app_id), ' ', toString(event_id)) AS what
  FROM events GROUP BY event_id HAVING uniqExact(queue_id, seq) > 1`;

/** Looks for every event of the runs in the tables. */
export async function judgeRuns(
  tables: Tables,
  played: readonly PlayedRun[],
): Promise<{ readonly outcomes: readonly RunOutcome[]; readonly store: StoreAudit }> {
  const stored = await readStoredLabels(tables);
  const outcomes = played.map((run) => {
    const { promised = [], late = [] } = run.report ?? {};
    const labels = stored.get(run.appId) ?? new Map<string, number>();
    const lostLabels = promised.flatMap(labelsOf).filter((label) => !labels.has(label));
    return { run, lostLabels, ...auditRun(labels, { promised, late }) };
  });
  const { aggregatesEqual } = await auditTables(tables, new Set());
  const numbersTwice = (await tables.rows<{ readonly what: string }>(NUMBERS_TWICE)).map(({ what }) => what);
  return { outcomes, store: { aggregatesEqual, numbersTwice } };
}

/** Whether it ran, delivered all in time, and nothing is lost or twice. */
export function isWhole({ run, lost, duplicatedInStore, stored }: RunOutcome): boolean {
  const { report } = run;
  const isDrained = report?.drained === true && report.drainedAlone !== false && report.state.faults.length === 0;
  return isDrained && lost === 0 && duplicatedInStore === 0 && stored > 0;
}
