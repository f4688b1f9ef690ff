import type { Tables } from '../chaos/open-tables.js';
import { labelsOf, type Series } from './in-page.js';

/** How often each label of an app lies in the store; without FINAL, which would hide a second row of an event. */
export type StoredLabels = ReadonlyMap<string, number>;

export interface StoredAudit {
  readonly tracked: number;
  /** Different ones. */
  readonly stored: number;
  /** Promised and in no row. */
  readonly lost: number;
  /** Rows too many. */
  readonly duplicatedInStore: number;
  /** Of those tracked too late to be promised, the stored ones. */
  readonly lateStored: number;
}

const LABELS = `
  SELECT
    app_id AS appId,
    multiIf(event_type = 'conversion', name, event_type = 'order', order_id, concat(name, ':', props['n'])) AS label,
    toUInt32(count()) AS copies
  FROM events GROUP BY appId, label`;

/** @returns what is stored, by app. */
export async function readStoredLabels(tables: Tables): Promise<ReadonlyMap<string, StoredLabels>> {
  type Row = { readonly appId: string; readonly label: string; readonly copies: number };
  const byApp = new Map<string, Map<string, number>>();
  for (const { appId, label, copies } of await tables.rows<Row>(LABELS)) {
    const labels = byApp.get(appId) ?? new Map<string, number>();
    byApp.set(appId, labels.set(label, copies));
  }
  return byApp;
}

/** Holds what a run tracked against what is stored of it. */
export function auditRun(
  stored: StoredLabels,
  { promised, late = [] }: { readonly promised: readonly Series[]; readonly late?: readonly Series[] },
): StoredAudit {
  const promisedLabels = promised.flatMap(labelsOf);
  const lateLabels = late.flatMap(labelsOf);
  const known = new Set([...promisedLabels, ...lateLabels]);
  const rows = [...stored].filter(([label]) => known.has(label));
  return {
    tracked: known.size,
    stored: rows.length,
    lost: promisedLabels.filter((label) => !stored.has(label)).length,
    duplicatedInStore: rows.reduce((sum, [, copies]) => sum + copies - 1, 0),
    lateStored: lateLabels.filter((label) => stored.has(label)).length,
  };
}
