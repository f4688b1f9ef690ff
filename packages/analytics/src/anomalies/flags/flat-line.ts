import { type CandidateFlag, makeFlag } from './flag.js';
import { evidenceOf, type FlatWatch, lookAway, newFlatWatch, watchFlat } from './flat-watch.js';
import { workspacePartId } from './workspace-part.js';

const VERSION = 1;
const HOUR_MS = 3_600_000;
const HOURS_OF_WEEK = 168;
/** The collector looks once a minute; what lies longer apart it was down, or had more to read than it could. */
const LISTENED_MS = 150_000;

/** Sessions of an app that began, hour by hour of this week and of the two before; and whether any still do. Plain data. */
export interface VisitCounts {
  /** Since 1970. */
  week: number;
  /** Shape [3][168]: this week's first. */
  counts: [number[], number[], number[]];
  /** Sessions since the collector looked last, and when that was. */
  came: number;
  lookedMs: number;
  readonly watch: FlatWatch;
}

export function newVisitCounts(): VisitCounts {
  const none = () => new Array<number>(HOURS_OF_WEEK).fill(0);
  return {
    week: 0,
    counts: [none(), none(), none()],
    came: 0,
    lookedMs: -1,
    watch: newFlatWatch(),
  };
}

/** Takes the begin of a session in. @param nowMs - by the collector's clock. */
export function countVisit(visits: VisitCounts, nowMs: number): void {
  visits.came++;
  const hour = Math.floor(nowMs / HOUR_MS);
  turnWeek(visits, Math.floor(hour / HOURS_OF_WEEK));
  const [now] = visits.counts;
  const place = hour - visits.week * HOURS_OF_WEEK;
  if (place >= 0) now[place] = (now[place] ?? 0) + 1;
}

/**
 * Finds that nobody comes any more: to no surface, at an hour of the week at which they came in both weeks before.
 *
 * @param nowMs - until when the collector listened, and has read all that came. To be called about once a minute.
 */
export function findFlatLine(visits: VisitCounts, nowMs: number): CandidateFlag | undefined {
  const { watch, came, lookedMs: fromMs } = visits;
  visits.came = 0;
  visits.lookedMs = nowMs;
  const listenedMs = nowMs - fromMs;
  if (fromMs < 0 || listenedMs <= 0) return undefined;
  if (listenedMs > LISTENED_MS) {
    lookAway(watch);
    return undefined;
  }
  const hour = Math.floor(nowMs / HOUR_MS);
  turnWeek(visits, Math.floor(hour / HOURS_OF_WEEK));
  const expected = (expectedIn(visits, hour - visits.week * HOURS_OF_WEEK) * listenedMs) / HOUR_MS;
  const found = watchFlat(watch, { fromMs, toMs: nowMs, trials: came, expected, came });
  if (!found) return undefined;
  const minutes = Math.round((nowMs - found.fromMs) / 60_000);
  return makeFlag(
    {
      kind: 'funnel_break',
      entityKind: 'workspace',
      entityId: workspacePartId({ part: 'all surfaces' }),
      firstMs: found.fromMs,
      lastMs: nowMs,
      windowMs: HOUR_MS,
      surprise: found.surprise,
      evidence: [evidenceOf('sessions that begin', found, Math.max(1, Math.round(found.expected)))],
      reasons: [
        {
          code: 'flat_line',
          text: `In ${minutes} minutes ${found.came} sessions began, on all surfaces together; at least ${Math.round(found.expected)} are usual at this hour of the week.`,
        },
      ],
    },
    VERSION,
  );
}

/** The least that came in this hour or one beside it, in one week or the other: a rush, a holiday or the change to summer time is no rule. */
function expectedIn({ counts: [, before, earlier] }: VisitCounts, hour: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const place of [hour - 1, hour, hour + 1]) {
    const slot = (place + HOURS_OF_WEEK) % HOURS_OF_WEEK;
    least = Math.min(least, before[slot] ?? 0, earlier[slot] ?? 0);
  }
  return least;
}

function turnWeek(visits: VisitCounts, week: number): void {
  const passed = week - visits.week;
  if (passed === 0 || passed === -1) return; // a clock that is put right by a little
  if (passed < 0) Object.assign(visits.watch, newFlatWatch()); // it was far ahead: what it told says nothing
  const none = () => new Array<number>(HOURS_OF_WEEK).fill(0);
  const [now, before] = visits.counts;
  visits.week = week;
  if (passed === 1) visits.counts = [none(), now, before];
  else visits.counts = passed === 2 ? [none(), none(), now] : [none(), none(), none()];
}
