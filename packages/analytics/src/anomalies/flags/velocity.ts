import { learnSize, newSizeTail, type SizeTail, surpriseOf } from '../../stats/index.js';
import { createEntityTable } from './entity-table.js';
import { type CandidateFlag, type EntityKind, makeFlag } from './flag.js';
import type { DetectorState, RiskAction, RiskDetector, RiskEvent } from './risk-event.js';

const VERSION = 1;
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

/** Orders and failed logins are rarer than events: a tenth of them is as much. */
const LEAST_SHARE = { events: 1, orders: 0.1, failedLogins: 0.1 } as const;
type Measured = keyof typeof LEAST_SHARE;

/** Behind an address there may be an office; it may do so many times what a user may. */
const FACTORS = { user: 1, device: 1, address: 5 } as const;
/** One in 10,000 counts is larger. */
const SURPRISE_LEAST = Math.log(1e4);

/**
 * Two neighbouring windows of each length. Plain data: [place of the current, count before, count now] for each, and at the end
 * the hour in which a flag was last raised.
 */
type Counts = number[];

/** What one entity did. Plain data. */
type Done = Partial<Record<Measured, Counts>>;

/** What counts are like, one tail a window. Plain data. */
type Usual = Record<Measured, SizeTail[]>;

/** What is usual is learnt from every eighth event: it changes slowly, and learning costs more than judging. */
const LEARN_EVERY = 8;

/** Counts events, orders and failed logins of users, devices and addresses in windows of 10 s to 24 h. */
export function createVelocityDetector(saved?: DetectorState, entitiesMax?: number): RiskDetector {
  const tableOf = (kind: EntityKind) => createEntityTable<Done>(() => ({}), entitiesMax, saved?.[kind]);
  const tables = { user: tableOf('user'), device: tableOf('device'), address: tableOf('address') };
  const shared = createEntityTable<Usual & { seen: number }>(newUsual, undefined, saved?.usual);
  const usual = { user: shared.of('user'), device: shared.of('device'), address: shared.of('address') };

  function look(event: RiskEvent, kind: keyof typeof tables, id: string, flags: CandidateFlag[]): void {
    if (id === '') return;
    const done = tables[kind].of(id);
    const known = usual[kind];
    const learns = known.seen++ % LEARN_EVERY === 0;
    for (const measured of MEASURES[event.action]) {
      let own = done[measured];
      if (!own) {
        own = newCounts();
        done[measured] = own;
      }
      const worst = countIn(own, event.atMs, LEAST_SHARE[measured] * FACTORS[kind], known[measured], learns);
      if (worst && isNews(own, event.atMs)) flags.push(flagOf(event, kind, id, measured, worst));
    }
  }
  return {
    observe: (event) => {
      if (!Number.isFinite(event.atMs)) return [];
      const flags: CandidateFlag[] = [];
      look(event, 'user', event.userId, flags);
      look(event, 'device', event.deviceId, flags);
      look(event, 'address', event.address, flags);
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

function newUsual(): Usual & { seen: number } {
  const tails = () => VELOCITY_WINDOWS.map(newSizeTail);
  return { seen: 0, events: tails(), orders: tails(), failedLogins: tails() };
}

/** Takes the event in; the window most out of the usual, if one is. */
function countIn(
  own: Counts,
  atMs: number,
  leastFactor: number,
  usual: readonly SizeTail[],
  learns: boolean,
): Excess | undefined {
  let worst: Excess | undefined;
  for (let i = 0; i < VELOCITY_WINDOWS.length; i++) {
    const window = VELOCITY_WINDOWS[i];
    const tail = usual[i];
    if (!window || !tail) continue;
    const count = slide(own, i * 3, atMs, window.ms);
    if (count >= window.least * leastFactor) {
      const surprise = surpriseOf(tail, count);
      if (surprise >= SURPRISE_LEAST && surprise > (worst?.surprise ?? 0)) {
        worst = { window, count, usualMost: tail.threshold, n: tail.count, surprise };
      }
    }
    if (learns) learnSize(tail, count);
  }
  return worst;
}

/** Once an hour for each entity and measure: a flood is one flag, not one an event. */
function isNews(own: Counts, atMs: number): boolean {
  const hour = Math.floor(atMs / HOUR_MS);
  if (own.at(-1) === hour) return false;
  own[own.length - 1] = hour;
  return true;
}

/**
 * Events in the last window's length, the earlier of two neighbouring windows counted by the share of it that still lies in.
 * An event from before both is late and belongs to neither. More than a day late, it is not the event that is wrong but the
 * clock of those before it: the count starts anew.
 */
function slide(own: Counts, offset: number, atMs: number, lengthMs: number): number {
  const place = Math.floor(atMs / lengthMs);
  const current = own[offset] ?? -1;
  const before = own[offset + 1] ?? 0;
  const now = own[offset + 2] ?? 0;
  if (place === current) own[offset + 2] = now + 1;
  else if (place === current - 1) own[offset + 1] = before + 1;
  else if (place > current || current * lengthMs - atMs > DAY_MS) {
    own[offset] = place;
    own[offset + 1] = place === current + 1 ? now : 0;
    own[offset + 2] = 1;
  }
  const share = place < (own[offset] ?? 0) ? 1 : 1 - (atMs / lengthMs - place);
  return (own[offset + 2] ?? 0) + (own[offset + 1] ?? 0) * share;
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
