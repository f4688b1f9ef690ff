import type { VelocityReading } from '../../features/velocity/read-velocity.js';

/**
 * The customer's last minutes and hours, by their names in the catalog of features. For orders alone: whoever places one was
 * there just before, so that a card of customers, which may be asked for at any time, could learn nothing true from them.
 */
export const RECENT_COLUMNS = [
  'events_10m',
  'views_1h',
  'orders_1h',
  'orders_24h',
  'orders_cancelled_24h',
  'devices_24h',
] as const;

/** Null where it is not known. */
export type RecentColumns = Readonly<Record<(typeof RECENT_COLUMNS)[number], number | null>>;

export const NOTHING_KNOWN = recentColumns(() => null);
/** Of somebody who did nothing in the last 24 hours. */
export const NOTHING_DONE = recentColumns(() => 0);

/** What features in memory tell. */
export function recentOf(readings: ReadonlyMap<string, VelocityReading>): RecentColumns {
  return recentColumns((name) => {
    const measure = readings.get(name)?.measure;
    return measure?.kind === 'measured' ? measure.value : null;
  });
}

function recentColumns(read: (name: (typeof RECENT_COLUMNS)[number]) => number | null): RecentColumns {
  return Object.fromEntries(RECENT_COLUMNS.map((name) => [name, read(name)])) as RecentColumns; // all of its names
}
