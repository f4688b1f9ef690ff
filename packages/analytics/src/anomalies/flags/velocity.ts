import { newSizeTail, type SizeTail, tailSurprise } from '../../stats/index.js';
import { createEntityTable } from './entity-table.js';
import { type CandidateFlag, type EntityKind, makeFlag } from './flag.js';
import type { DetectorState, RiskDetector, RiskEvent } from './risk-event.js';

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
const ADDRESS_FACTOR = 5;
/** One in 10,000 counts is larger. */
const SURPRISE_LEAST = Math.log(1e4);

/**
 * Two neighbouring windows of each length. Plain data: [place of the current, count before, count now] for each, and at the end
 * the hour in which a flag was last raised.
 */
type Counts = number[];

/** Counts events, orders and failed logins of users, devices and addresses in windows of 10 s to 24 h. */
export function createVelocityDetector(saved?: DetectorState, entitiesMax?: number): RiskDetector {
  const counts = createEntityTable<Counts>(newCounts, entitiesMax, saved?.counts);
  // One for each of entity kind, measure and window: a few dozen.
  const usual = createEntityTable<SizeTail>(newSizeTail, 1_000, saved?.usual);
  return {
    observe: (event) => {
      if (!Number.isFinite(event.atMs)) return [];
      const flags: CandidateFlag[] = [];
      for (const [kind, id] of entitiesOf(event)) {
        for (const measured of measuresOf(event)) {
          const own = counts.of(`${kind}:${measured}:${id}`);
          const worst = countIn(own, event.atMs, kind, measured, usual.of);
          if (worst && isNews(own, event.atMs)) flags.push(flagOf(event, kind, id, measured, worst));
        }
      }
      return flags;
    },
    save: () => ({ counts: counts.save(), usual: usual.save() }),
    evicted: counts.evicted,
  };
}

interface Excess {
  readonly window: (typeof VELOCITY_WINDOWS)[number];
  readonly count: number;
  readonly usualMost: number;
  readonly n: number;
  readonly surprise: number;
}

function newCounts(): Counts {
  return [...VELOCITY_WINDOWS.flatMap(() => [-1, 0, 0]), -1];
}

function entitiesOf(event: RiskEvent): (readonly [EntityKind, string])[] {
  const all: (readonly [EntityKind, string])[] = [
    ['user', event.userId],
    ['device', event.deviceId],
    ['address', event.address],
  ];
  return all.filter(([, id]) => id !== '');
}

function measuresOf({ action }: RiskEvent): Measured[] {
  if (action === 'order') return ['events', 'orders'];
  return action === 'login_failed' ? ['events', 'failedLogins'] : ['events'];
}

/** Takes the event in; the window most out of the usual, if one is. */
function countIn(
  own: Counts,
  atMs: number,
  kind: EntityKind,
  measured: Measured,
  usualOf: (key: string) => SizeTail,
): Excess | undefined {
  let worst: Excess | undefined;
  for (const [i, window] of VELOCITY_WINDOWS.entries()) {
    const count = slide(own, i * 3, atMs, window.ms);
    const usual = usualOf(`${kind}:${measured}:${window.name}`);
    const usualMost = usual.threshold;
    const surprise = tailSurprise(usual, count);
    const least = window.least * LEAST_SHARE[measured] * (kind === 'address' ? ADDRESS_FACTOR : 1);
    if (count < least || surprise < SURPRISE_LEAST) continue;
    if (!worst || surprise > worst.surprise) worst = { window, count, usualMost, n: usual.count, surprise };
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
