/** Visits of a user by the hour of the day (UTC); empty before the first. Plain data. */
export type VisitHours = number[];

const HOUR_MS = 3_600_000;
const HOURS = 24;
/** With fewer, every hour seen is a habit. */
const VISITS_LEAST = 20;
/** Then all are halved: a habit of last year is none. */
const VISITS_MOST = 400;

export function noteVisit(hours: VisitHours, atMs: number): void {
  if (hours.length === 0) hours.push(...new Array<number>(HOURS).fill(0));
  const hour = hourOf(atMs);
  hours[hour] = (hours[hour] ?? 0) + 1;
  if (visitsOf(hours) > VISITS_MOST) for (let i = 0; i < HOURS; i++) hours[i] = (hours[i] ?? 0) / 2;
}

/** @returns share of the visits at this hour, times 24: 1 is an hour like any other. Undefined where habits are not known. */
export function hourLift(hours: VisitHours, atMs: number): number | undefined {
  const visits = visitsOf(hours);
  return visits < VISITS_LEAST ? undefined : (HOURS * (hours[hourOf(atMs)] ?? 0)) / visits;
}

function visitsOf(hours: VisitHours): number {
  return hours.reduce((sum, count) => sum + count, 0);
}

function hourOf(atMs: number): number {
  const hour = Math.floor(atMs / HOUR_MS) % HOURS;
  return hour < 0 ? hour + HOURS : hour;
}
