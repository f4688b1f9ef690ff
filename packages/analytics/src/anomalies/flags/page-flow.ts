import { type FlatBreak, type FlatWatch, isInDoubt, newFlatWatch, watchFlat } from './flat-watch.js';

/** Of so many visits, in so much time, so many came to something. */
interface Counts {
  came: number;
  trials: number;
  ms: number;
}

/** How many of others' visits come to something, and how many in a time. Plain data. */
export interface PageFlow {
  /** Of late: what fades away is not missed. */
  readonly late: Counts;
  /** Of a week: what a crowd brought with it is not missed when it is gone. */
  readonly week: Counts;
  readonly watch: FlatWatch;
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** What is late: so many that came. */
const LATE = 60;
/** Fewer say nothing of how many are usual. */
const CAME_LEAST = 40;
/** What comes more rarely is missed after a day or later: it is not watched. */
const PER_DAY_LEAST = 50;
/** What has lost more of its share within the week, bit by bit, is on its way out. */
const FADED = 1 / 2;
/** A busy hour of the day is twice its share of it, or nearly. */
const BUSY_HOUR = 2;

export function newPageFlow(): PageFlow {
  const none = { came: 0, trials: 0, ms: 0 };
  return { late: { ...none }, week: { ...none }, watch: newFlatWatch() };
}

/** So often does it come that it would be missed. */
export function isFrequent({ week: { came, ms } }: PageFlow): boolean {
  return came >= CAME_LEAST && came * DAY_MS >= PER_DAY_LEAST * ms;
}

/**
 * Takes in what came in a stretch of time. What is to be expected is what trials and time let expect, whichever is less: at night there
 * are few trials, in a crowd that is about something else there are many in no time.
 *
 * @param trials - of which it could have come.
 */
export function watchFlow(
  flow: PageFlow,
  fromMs: number,
  toMs: number,
  trials: number,
  came: number,
): FlatBreak | undefined {
  // What has gone on for a week is what is usual now: nothing was learnt since, and nobody would notice when it breaks again.
  if (flow.watch.isTold && toMs - flow.watch.fromMs >= WEEK_MS) Object.assign(flow, newPageFlow());
  const { late, week, watch } = flow;
  const ms = toMs - fromMs;
  const isAwaited = isFrequent(flow) && late.came * week.trials >= FADED * week.came * late.trials;
  const expected = isAwaited ? Math.min(expectedBy(late, trials, ms), expectedBy(week, trials, ms)) : 0;
  const found = watchFlat(watch, { fromMs, toMs, trials, expected, came });
  if (!isInDoubt(watch)) {
    learn(late, trials, ms, came, LATE / Math.max(LATE, late.came + came));
    learn(week, trials, ms, came, WEEK_MS / Math.max(WEEK_MS, week.ms + ms));
  }
  return found;
}

function expectedBy(counts: Counts, trials: number, ms: number): number {
  return counts.came * Math.min(trials / counts.trials, (BUSY_HOUR * ms) / counts.ms);
}

function learn(counts: Counts, trials: number, ms: number, came: number, kept: number): void {
  counts.came = (counts.came + came) * kept;
  counts.trials = (counts.trials + trials) * kept;
  counts.ms = (counts.ms + ms) * kept;
}
