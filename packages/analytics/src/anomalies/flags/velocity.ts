import { learnSize, newSizeTail, type SizeTail, surpriseOf } from '../../stats/index.js';
import { createEntityTable } from './entity-table.js';
import { type CandidateFlag, type EntityKind, makeFlag } from './flag.js';
import type { DetectorState, RiskAction, RiskDetector, RiskEvent } from './risk-event.js';

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

/** Orders and failed logins are rarer than events: a tenth of them is as much. */
const LEAST_SHARE = { events: 1, orders: 0.1, failedLogins: 0.1 } as const;
type Measured = keyof typeof LEAST_SHARE;

/** Behind an address there may be an office; it may do so many times what a user may. */
const FACTORS = { user: 1, device: 1, address: 5 } as const;
export type VelocityEntity = keyof typeof FACTORS;
/** One in 10,000 counts is larger. */
const SURPRISE_LEAST = Math.log(1e4);

/**
 * Two neighbouring windows of each length. Plain data: [place of the current, count before, count now] for each, and at the end
 * the hour in which a flag was last raised.
 */
type Counts = number[];

/** What one entity did. Plain data. */
export interface Done {
  events: Counts | undefined;
  orders: Counts | undefined;
  failedLogins: Counts | undefined;
}

export function newDone(): Done {
  return { events: undefined, orders: undefined, failedLogins: undefined };
}

/** What counts of one kind of entity are like, one tail a window. Plain data. */
export type UsualCounts = Record<Measured, SizeTail[]> & { seen: number };

/**
 * What is usual is learnt from windows when they are over, so that a flood of one entity is one count and not one an event; from
 * every eighth where there are many, of the two shortest windows: it changes slowly.
 */
const LEARN_EVERY = 8;
const SHORT_WINDOWS = 2;

/** Takes one event in for one of its entities; a candidate for each measure that is out of the usual is added to `flags`. */
export type VelocityCounter = (
  done: Done,
  known: UsualCounts,
  kind: VelocityEntity,
  id: string,
  event: RiskEvent,
  flags: CandidateFlag[],
) => void;

/** The places of an event in time are found once for all its entities, which come one after another. */
export function createVelocityCounter(): VelocityCounter {
  const places = VELOCITY_WINDOWS.map(() => 0);
  let placedMs = Number.NaN;
  return (done, known, kind, id, event, flags) => {
    if (event.atMs !== placedMs) {
      placedMs = event.atMs;
      for (let i = 0; i < LENGTHS.length; i++) places[i] = Math.floor(placedMs / (LENGTHS[i] ?? 1));
    }
    const learns = known.seen++ % LEARN_EVERY === 0;
    for (const measured of MEASURES[event.action]) {
      let own = done[measured];
      if (!own) {
        own = newCounts();
        done[measured] = own;
      }
      const worst = countIn(own, event.atMs, places, LEAST_SHARE[measured] * FACTORS[kind], known[measured], learns);
      if (worst && isNews(own, event.atMs)) flags.push(flagOf(event, kind, id, measured, worst));
    }
  };
}

/** Counts events, orders and failed logins of users, devices and addresses in windows of 10 s to 24 h. */
export function createVelocityDetector(saved?: DetectorState, entitiesMax?: number): RiskDetector {
  const tableOf = (kind: VelocityEntity) => createEntityTable<Done>(newDone, entitiesMax, saved?.[kind]);
  const tables = { user: tableOf('user'), device: tableOf('device'), address: tableOf('address') };
  const shared = createEntityTable<UsualCounts>(newUsualCounts, undefined, saved?.usual);
  const usual = { user: shared.of('user'), device: shared.of('device'), address: shared.of('address') };
  const count = createVelocityCounter();
  return {
    observe: (event) => {
      if (!Number.isFinite(event.atMs)) return [];
      const flags: CandidateFlag[] = [];
      const look = (kind: VelocityEntity, id: string) => {
        if (id !== '') count(tables[kind].of(id), usual[kind], kind, id, event, flags);
      };
      look('user', event.userId);
      look('device', event.deviceId);
      look('address', event.address);
      return flags;
    },
    save: () => ({
      user: tables.user.save(),
      device: tables.device.save(),
      address: tables.address.save(),
      usual: shared.save(),
    }),
    evicted: () => tables.user.evicted() + tables.device.evicted() + tables.address.evicted(),
  };
}

const MEASURES: Readonly<Record<RiskAction, readonly Measured[]>> = {
  interaction: ['events'],
  view: ['events'],
  login: ['events'],
  order_cancelled: ['events'],
  order: ['events', 'orders'],
  login_failed: ['events', 'failedLogins'],
  sensitive: ['events'],
  passive: [],
};

const NO_COUNTS: Counts = [...VELOCITY_WINDOWS.flatMap(() => [-1, 0, 0]), -1];

interface Excess {
  readonly window: (typeof VELOCITY_WINDOWS)[number];
  readonly count: number;
  readonly usualMost: number;
  readonly n: number;
  readonly surprise: number;
}

function newCounts(): Counts {
  return NO_COUNTS.slice();
}

export function newUsualCounts(): UsualCounts {
  const tails = () => VELOCITY_WINDOWS.map(newSizeTail);
  return { seen: 0, events: tails(), orders: tails(), failedLogins: tails() };
}

/** Takes the event in; the window most out of the usual, if one is. */
function countIn(
  own: Counts,
  atMs: number,
  places: readonly number[],
  leastFactor: number,
  usual: readonly SizeTail[],
  learns: boolean,
): Excess | undefined {
  let worst: Excess | undefined;
  for (let i = 0; i < LENGTHS.length; i++) {
    const offset = i * 3;
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
function isNews(own: Counts, atMs: number): boolean {
  const hour = Math.floor(atMs / HOUR_MS);
  const told = own[own.length - 1] ?? -1;
  if (hour <= told && told - hour <= 24) return false;
  own[own.length - 1] = hour;
  return true;
}

/**
 * Takes the event into one of two neighbouring windows; how many the later one has. The last window's length holds these, and of
 * the earlier one's the share that still lies in. An event from before both is late and belongs to neither. More than a day late,
 * it is not the event that is wrong but the clock of those before it: the count starts anew.
 */
function slide(own: Counts, offset: number, place: number, atMs: number, lengthMs: number): number {
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
