import { learnSize, newSizeTail, type SizeTail, surpriseOf } from '../../stats/index.js';
import { type CandidateFlag, makeFlag } from './flag.js';
import type { EntityKind } from './flag-kind.js';
import { createNumberRows, fieldOf, loadNumbers } from './number-rows.js';
import type { RiskEvent } from './risk-event.js';

const VERSION = 2;
const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
const DAY_MS = 24 * HOUR_MS;

/** Windows, and the fewest events in one that can be too many, whatever is usual: people do click twice. */
export const VELOCITY_WINDOWS = [
  { name: '10 s', ms: 10 * SECOND_MS, least: 30 },
  { name: '1 m', ms: 60 * SECOND_MS, least: 100 },
  { name: '10 m', ms: 600 * SECOND_MS, least: 400 },
  { name: '1 h', ms: HOUR_MS, least: 1_200 },
  { name: '24 h', ms: DAY_MS, least: 5_000 },
] as const;

/** The same, laid flat for what runs with each event. */
const LENGTHS: readonly number[] = VELOCITY_WINDOWS.map(({ ms }) => ms);
const LEASTS: readonly number[] = VELOCITY_WINDOWS.map(({ least }) => least);

type Measured = 'events' | 'orders' | 'failedLogins';
/** Orders and failed logins are rarer than events: a tenth of them is as much. */
const RARE_SHARE = 0.1;

/** Behind an address there may be an office; it may do so many times what a user may. */
const FACTORS = { user: 1, device: 1, address: 5 } as const;
export type VelocityEntity = keyof typeof FACTORS;
/** One in 10,000 counts is larger. */
const SURPRISE_LEAST = Math.log(1e4);

/**
 * Two neighbouring windows of each length: [place of the current, count before, count now] for each, and at the end the hour in
 * which a flag was last raised.
 */
const NO_COUNTS: readonly number[] = [...VELOCITY_WINDOWS.flatMap(() => [-1, 0, 0]), -1];
const TOLD = NO_COUNTS.length - 1;
/** Few entities order or fail to log in: where their counts lie among those of others, plus 1. */
const ORDERS = NO_COUNTS.length;
const FAILED_LOGINS = ORDERS + 1;

/** What one entity did, as part of its row. */
export const FIRST_DONE: readonly number[] = [...NO_COUNTS, 0, 0];

/** What counts of one kind of entity are like, one tail a window. Plain data. */
export type UsualCounts = Record<Measured, SizeTail[]> & { seen: number };

/**
 * What is usual is learnt from windows when they are over, so that a flood of one entity is one count and not one an event; from
 * every eighth where there are many, of the two shortest windows: it changes slowly.
 */
const LEARN_EVERY = 8;
const SHORT_WINDOWS = 2;

export interface VelocityCounter {
  /**
   * Takes one event in for one of its entities; a candidate for each measure that is out of the usual is added to `flags`.
   *
   * @param numbers - rows of which one has {@link FIRST_DONE} from `at` on.
   */
  readonly count: (
    numbers: Float64Array,
    at: number,
    known: UsualCounts,
    kind: VelocityEntity,
    id: string,
    event: RiskEvent,
    flags: CandidateFlag[],
  ) => void;
  readonly forget: (numbers: Float64Array, at: number) => void;
  /** What was done, as plain data: lists of counts by measure, those that there are. */
  readonly save: (numbers: Float64Array, at: number) => Partial<Record<Measured, readonly number[]>>;
  readonly load: (plain: unknown, numbers: Float64Array, at: number) => void;
}

/** The places of an event in time are found once for all its entities, which come one after another. */
export function createVelocityCounter(): VelocityCounter {
  const places = VELOCITY_WINDOWS.map(() => 0);
  const rare = createNumberRows(NO_COUNTS);
  let placedMs = Number.NaN;

  function find(atMs: number): void {
    if (atMs === placedMs) return;
    placedMs = atMs;
    for (let i = 0; i < LENGTHS.length; i++) places[i] = Math.floor(placedMs / (LENGTHS[i] ?? 1));
  }
  /** Where the rarer counts lie that the number at `pointer` leads to. */
  function rareOf(numbers: Float64Array, pointer: number): number {
    const found = numbers[pointer] ?? 0;
    if (found > 0) return found - 1;
    const at = rare.take();
    numbers[pointer] = at + 1;
    return at;
  }
  const listOf = (numbers: Float64Array, at: number) => Array.from(numbers.subarray(at, at + NO_COUNTS.length));
  const rareList = (numbers: Float64Array, pointer: number) => {
    const found = numbers[pointer] ?? 0;
    return found > 0 ? listOf(rare.numbers(), found - 1) : undefined;
  };
  return {
    count: (numbers, at, known, kind, id, event, flags) => {
      find(event.atMs);
      const { atMs, action } = event;
      const learns = known.seen++ % LEARN_EVERY === 0;
      const factor = FACTORS[kind];
      const worst = countIn(numbers, at, atMs, places, factor, known.events, learns);
      if (worst && isNews(numbers, at, atMs)) flags.push(flagOf(event, kind, id, 'events', worst));
      if (action !== 'order' && action !== 'login_failed') return;
      const measured = action === 'order' ? 'orders' : 'failedLogins';
      const from = rareOf(numbers, at + (action === 'order' ? ORDERS : FAILED_LOGINS));
      const worstRare = countIn(rare.numbers(), from, atMs, places, RARE_SHARE * factor, known[measured], learns);
      if (worstRare && isNews(rare.numbers(), from, atMs)) flags.push(flagOf(event, kind, id, measured, worstRare));
    },
    forget: (numbers, at) => {
      for (const pointer of [at + ORDERS, at + FAILED_LOGINS]) {
        const found = numbers[pointer] ?? 0;
        if (found > 0) rare.drop(found - 1);
      }
    },
    save: (numbers, at) => {
      const events = listOf(numbers, at);
      const orders = rareList(numbers, at + ORDERS);
      const failedLogins = rareList(numbers, at + FAILED_LOGINS);
      return {
        ...(events.some((value, i) => value !== NO_COUNTS[i]) && { events }),
        ...(orders && { orders }),
        ...(failedLogins && { failedLogins }),
      };
    },
    load: (plain, numbers, at) => {
      loadNumbers(fieldOf(plain, 'events'), numbers, at);
      for (const [name, pointer] of [
        ['orders', ORDERS],
        ['failedLogins', FAILED_LOGINS],
      ] as const) {
        const values = fieldOf(plain, name);
        if (!Array.isArray(values)) continue;
        const from = rareOf(numbers, at + pointer);
        loadNumbers(values, rare.numbers(), from);
      }
    },
  };
}

interface Excess {
  readonly window: (typeof VELOCITY_WINDOWS)[number];
  readonly count: number;
  readonly usualMost: number;
  readonly n: number;
  readonly surprise: number;
}

export function newUsualCounts(): UsualCounts {
  const tails = () => VELOCITY_WINDOWS.map(newSizeTail);
  return { seen: 0, events: tails(), orders: tails(), failedLogins: tails() };
}

/** Takes the event in; the window most out of the usual, if one is. */
function countIn(
  own: Float64Array,
  from: number,
  atMs: number,
  places: readonly number[],
  leastFactor: number,
  usual: readonly SizeTail[],
  learns: boolean,
): Excess | undefined {
  let worst: Excess | undefined;
  for (let i = 0; i < LENGTHS.length; i++) {
    const offset = from + i * 3;
    const place = places[i] ?? 0;
    const current = own[offset] ?? -1;
    if (place > current && current >= 0 && (learns || i >= SHORT_WINDOWS)) {
      const tail = usual[i];
      if (tail) learnSize(tail, own[offset + 2] ?? 0);
    }
    const now = slide(own, offset, place, atMs, LENGTHS[i] ?? 1);
    const before = own[offset + 1] ?? 0;
    const least = (LEASTS[i] ?? 1) * leastFactor;
    if (now + before < least) continue;
    const window = VELOCITY_WINDOWS[i];
    const tail = usual[i];
    if (!window || !tail) continue;
    const share = place < (own[offset] ?? 0) ? 1 : 1 - (atMs / window.ms - place);
    const count = now + before * share;
    if (count < least) continue;
    const surprise = surpriseOf(tail, count);
    if (surprise >= SURPRISE_LEAST && surprise > (worst?.surprise ?? 0)) {
      worst = { window, count, usualMost: tail.threshold, n: tail.count, surprise };
    }
  }
  return worst;
}

/** Once an hour for each entity and measure: a flood is one flag, not one an event. What comes late tells nothing of an earlier hour. */
function isNews(own: Float64Array, from: number, atMs: number): boolean {
  const hour = Math.floor(atMs / HOUR_MS);
  const told = own[from + TOLD] ?? -1;
  if (hour <= told && told - hour <= 24) return false;
  own[from + TOLD] = hour;
  return true;
}

/**
 * Takes the event into one of two neighbouring windows; how many the later one has. The last window's length holds these, and of
 * the earlier one's the share that still lies in. An event from before both is late and belongs to neither. More than a day late,
 * it is not the event that is wrong but the clock of those before it: the count starts anew.
 */
function slide(own: Float64Array, offset: number, place: number, atMs: number, lengthMs: number): number {
  const current = own[offset] ?? -1;
  const now = own[offset + 2] ?? 0;
  if (place === current) {
    own[offset + 2] = now + 1;
    return now + 1;
  }
  if (place === current - 1) own[offset + 1] = (own[offset + 1] ?? 0) + 1;
  else if (place > current || current * lengthMs - atMs > DAY_MS) {
    own[offset] = place;
    own[offset + 1] = place === current + 1 ? now : 0;
    own[offset + 2] = 1;
    return 1;
  }
  return now;
}

const WORDS = { events: 'events', orders: 'orders', failedLogins: 'failed logins' } as const;

function flagOf(event: RiskEvent, kind: EntityKind, id: string, measured: Measured, excess: Excess): CandidateFlag {
  const { window, count, usualMost, n, surprise } = excess;
  const observed = Math.round(count);
  return makeFlag(
    {
      kind: 'velocity',
      entityKind: kind,
      entityId: id,
      firstMs: event.atMs,
      lastMs: event.atMs,
      windowMs: Math.max(window.ms, HOUR_MS),
      surprise,
      evidence: [
        {
          metric: `${measured} in ${window.name}`,
          observed,
          expectedLow: 0,
          expectedHigh: usualMost,
          baselineSpanMs: 0,
          n,
        },
      ],
      reasons: [
        {
          code: `velocity_${measured}`,
          text: `${observed} ${WORDS[measured]} in ${window.name} by one ${kind}; 98 of 100 counts are below ${Math.ceil(usualMost)}.`,
        },
      ],
    },
    VERSION,
  );
}
