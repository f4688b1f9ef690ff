/** Days of which raw events were deleted by their age: what groups say of them cannot be counted anew. */
const EXPIRED_DAYS = 'SELECT workspace_id, day FROM expired_days';

/** Whether all events of a row's day are still there, as a condition; of a row with `workspace_id`. */
export function isWholeDay(day: string): string {
  return `((workspace_id, ${day}) NOT IN (${EXPIRED_DAYS}))`;
}
