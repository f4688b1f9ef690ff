import type { Interval } from '@tidemark/protocol';

/** The interval that a moment lies in, by its beginning in the zone, as a `DateTime`. Weeks begin on Monday. */
const BUCKETS: Readonly<Record<Interval, (column: string, zone: string) => string>> = {
  hour: (column, zone) => `toStartOfHour(toDateTime(${column}, ${zone}))`,
  day: (column, zone) => `toStartOfDay(toDateTime(${column}, ${zone}))`,
  week: (column, zone) => `toDateTime(toMonday(toDateTime(${column}, ${zone})), ${zone})`,
  month: (column, zone) => `toDateTime(toStartOfMonth(toDateTime(${column}, ${zone})), ${zone})`,
};

/** @returns epoch milliseconds. */
export function bucketMs(interval: Interval, column: string, zone: string): string {
  return `toInt64(toUnixTimestamp(${BUCKETS[interval](column, zone)})) * 1000`;
}
