/** A calendar day as the number of days since 1970-01-01; no clock time and no time zone inside. */
export type Day = number;

export const DAY_MS = 86_400_000;

/** The customer's own calendar day at this moment. */
export function dayOf(moment: Date): Day {
  return Date.UTC(moment.getFullYear(), moment.getMonth(), moment.getDate()) / DAY_MS;
}

/**
 * T+1: the working day after the trade day. An order on a weekend counts as of Monday, and is sellable on Tuesday.
 *
 * Public holidays are left out on purpose: a real shop takes them from the exchange's calendar, and one
 * hard-wired here would be wrong within a year.
 */
export function sellableDay(orderDay: Day): Day {
  const tradeDay = isWeekend(orderDay) ? nextWorkingDay(orderDay) : orderDay;
  return nextWorkingDay(tradeDay);
}

/** The first Monday to Friday after the given day. */
export function nextWorkingDay(day: Day): Day {
  let next = day + 1;
  while (isWeekend(next)) next += 1;
  return next;
}

function isWeekend(day: Day): boolean {
  const weekday = (day + 4) % 7; // day 0 was a Thursday; 0 is Sunday
  return weekday === 0 || weekday === 6;
}
