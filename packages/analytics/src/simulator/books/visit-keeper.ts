import type { EpochMs, EventBatch, OrderSide, SessionId, Surface, TrackedEvent } from '@tidemark/protocol';
import type { LocalDay } from '../../orders/calendar/local-day.js';
import { atLevel, entryOf, type TimesLedger, timesOf } from './ledger-sums.js';

/** Sessions with what they did, of all surfaces or of those that showed something on one. */
export interface VisitLedger {
  readonly visitors: number;
  readonly users: number;
  readonly sessions: number;
  /** On the surface, where it is about one. */
  readonly views: number;
  readonly events: number;
  readonly conversions: number;
  /** Sessions that reached a goal / sessions. */
  readonly conversionRatio: number;
  readonly bounces: number;
  readonly bounceRatio: number;
  readonly durationMsMedian: number;
}

export interface PageLedger {
  readonly page: string;
  readonly surface: Surface;
  readonly views: number;
  readonly visitors: number;
  readonly entries: number;
  readonly exits: number;
  readonly bounces: number;
  readonly bounceRatio: number;
  readonly dwellMsMedian: number | null;
  readonly dwellMsP25: number | null;
  readonly dwellMsP75: number | null;
  readonly dwellMsP90: number | null;
}

export interface WayLedger {
  readonly fromPage: string;
  readonly page: string;
  readonly surface: Surface;
  readonly way: string;
  readonly transitions: number;
  readonly shareOfFrom: number;
}

/** What one surface is compared with the other by. */
export interface SurfaceLedger extends VisitLedger {
  /** Sessions by what they did and how long they took. */
  readonly converted: number;
  readonly durationMs: TimesLedger;
  /** Views that ended. */
  readonly dwellMs: TimesLedger;
  /** Sessions whose first view was here, and those of them that saw nothing else on any surface. */
  readonly entered: number;
  readonly enteredOnce: number;
}

/** Visitors who meant to order, and those of them who placed an order within a day after. */
export interface FunnelLedger {
  readonly all: readonly [intended: number, placed: number];
  readonly h5: readonly [intended: number, placed: number];
  readonly native: readonly [intended: number, placed: number];
}

/** All that the reports on visits and pages tell. */
export interface VisitsLedger {
  readonly visits: VisitLedger;
  readonly surfaces: Readonly<Record<Surface, SurfaceLedger>>;
  /** By the day that sessions began on, in the market's zone. */
  readonly visitDays: readonly (VisitLedger & { readonly day: LocalDay })[];
  readonly pages: readonly PageLedger[];
  readonly ways: readonly WayLedger[];
  readonly funnels: Readonly<Record<OrderSide, FunnelLedger>>;
}

export interface VisitKeeper {
  /** A device's batch, once. */
  add(batch: EventBatch): void;
  ledger(): VisitsLedger;
}

interface Place {
  readonly at: EpochMs;
  readonly seq: number;
  readonly key: string;
}

interface Visit {
  readonly visitorId: string;
  readonly userId: string | undefined;
  firstAt: EpochMs;
  lastAt: EpochMs;
  events: number;
  conversions: number;
  readonly views: Record<Surface, number>;
  first: Place | undefined;
  last: Place | undefined;
}

interface Shown {
  readonly page: string;
  readonly surface: Surface;
  views: number;
  readonly visitors: Set<string>;
  readonly dwells: number[];
}

const SURFACES = ['h5', 'native'] as const;
const DAY_MS = 86_400_000;

/** @param dayOf - the market's day of a moment. */
export function createVisitKeeper(dayOf: (at: EpochMs) => LocalDay): VisitKeeper {
  const visits = new Map<SessionId, Visit>();
  const shown = new Map<string, Shown>();
  const ways = new Map<string, number>();
  const steps = new Map<
    string,
    { readonly side: OrderSide; readonly surface: Surface; intents: EpochMs[]; placed: EpochMs[] }
  >();

  function noteView(visit: Visit, page: string, surface: Surface, { occurredAt: at, seq }: TrackedEvent): void {
    const key = JSON.stringify([surface, page]);
    const here = entryOf(shown, key, () => ({ page, surface, views: 0, visitors: new Set<string>(), dwells: [] }));
    here.views++;
    here.visitors.add(visit.visitorId);
    visit.views[surface]++;
    if (!visit.first || isBefore(at, seq, visit.first)) visit.first = { at, seq, key };
    if (!visit.last || !isBefore(at, seq, visit.last)) visit.last = { at, seq, key };
  }

  return {
    add({ context, events }) {
      const { sessionId, visitorId, userId, surface } = context;
      const visit = entryOf(visits, sessionId, (): Visit => newVisit(visitorId, userId));
      for (const event of events) {
        visit.events++;
        visit.firstAt = Math.min(visit.firstAt, event.occurredAt);
        visit.lastAt = Math.max(visit.lastAt, event.occurredAt);
        const page = event.page ?? '';
        if (event.type === 'page_view' || event.type === 'screen_view') noteView(visit, page, surface, event);
        if (event.type === 'view_end') shown.get(JSON.stringify([surface, page]))?.dwells.push(event.dwellMs);
        if (event.type === 'conversion') visit.conversions++;
        if (event.type === 'transition') {
          const way = JSON.stringify([event.fromPage, page, surface, event.way]);
          ways.set(way, (ways.get(way) ?? 0) + 1);
        }
        if (event.type === 'order' && (event.phase === 'intent' || event.phase === 'placed')) {
          const step = entryOf(steps, JSON.stringify([visitorId, event.side, surface]), () => ({
            side: event.side,
            surface,
            intents: [],
            placed: [],
          }));
          step[event.phase === 'intent' ? 'intents' : 'placed'].push(event.occurredAt);
        }
      }
    },
    ledger() {
      const all = [...visits.values()];
      const on = (surface: Surface) => all.filter(({ views }) => views[surface] > 0);
      const days = new Map<LocalDay, Visit[]>();
      for (const visit of all) entryOf(days, dayOf(visit.firstAt), (): Visit[] => []).push(visit);
      return {
        visits: visitLedger(all),
        surfaces: { h5: surfaceLedger(on('h5'), 'h5'), native: surfaceLedger(on('native'), 'native') },
        visitDays: [...days]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([day, ofDay]) => ({ day, ...visitLedger(ofDay) })),
        pages: pageLedgers(all),
        ways: wayLedgers(),
        funnels: { subscribe: funnelLedger('subscribe'), sell: funnelLedger('sell') },
      };
    },
  };

  function surfaceLedger(visited: readonly Visit[], surface: Surface): SurfaceLedger {
    const entered = visited.filter(({ first }) => first && shown.get(first.key)?.surface === surface);
    return {
      ...visitLedger(visited, surface),
      converted: visited.filter(({ conversions }) => conversions > 0).length,
      durationMs: timesOf(visited.map(({ firstAt, lastAt }) => lastAt - firstAt)),
      dwellMs: timesOf([...shown.values()].flatMap((page) => (page.surface === surface ? page.dwells : []))),
      entered: entered.length,
      enteredOnce: entered.filter(({ views }) => views.h5 + views.native === 1).length,
    };
  }

  function pageLedgers(all: readonly Visit[]): readonly PageLedger[] {
    const edges = new Map<string, { entries: number; exits: number; bounces: number }>();
    const edgesOf = (key: string) => entryOf(edges, key, () => ({ entries: 0, exits: 0, bounces: 0 }));
    for (const { first, last, views } of all) {
      if (!first || !last) continue;
      const entry = edgesOf(first.key);
      entry.entries++;
      if (views.h5 + views.native === 1) entry.bounces++;
      edgesOf(last.key).exits++;
    }
    return [...shown].map(([key, { page, surface, views, visitors, dwells }]) => {
      const counts = edgesOf(key);
      const sorted = dwells.toSorted((a, b) => a - b);
      const dwellAt = (level: number) => (sorted.length === 0 ? null : atLevel(sorted, level));
      return {
        page,
        surface,
        views,
        visitors: visitors.size,
        ...counts,
        bounceRatio: counts.entries === 0 ? 0 : counts.bounces / counts.entries,
        dwellMsMedian: dwellAt(0.5),
        dwellMsP25: dwellAt(0.25),
        dwellMsP75: dwellAt(0.75),
        dwellMsP90: dwellAt(0.9),
      };
    });
  }

  function wayLedgers(): readonly WayLedger[] {
    const rows = [...ways].map(([key, transitions]) => {
      const [fromPage, page, surface, way] = JSON.parse(key) as [string, string, Surface, string]; // as it was made
      return { fromPage, page, surface, way, transitions };
    });
    const from = new Map<string, number>();
    for (const { fromPage, transitions } of rows) from.set(fromPage, (from.get(fromPage) ?? 0) + transitions);
    return rows.map((row) => ({ ...row, shareOfFrom: row.transitions / (from.get(row.fromPage) ?? 0) }));
  }

  function funnelLedger(side: OrderSide): FunnelLedger {
    const reached = (surfaces: readonly Surface[]) => {
      const people = new Map<string, { intents: EpochMs[]; placed: EpochMs[] }>();
      for (const [key, step] of steps) {
        if (step.side !== side || !surfaces.includes(step.surface)) continue;
        const [visitorId] = JSON.parse(key) as [string]; // as it was made
        const person = entryOf(people, visitorId, () => ({ intents: [], placed: [] }));
        person.intents.push(...step.intents);
        person.placed.push(...step.placed);
      }
      const intended = [...people.values()].filter(({ intents }) => intents.length > 0);
      const placed = intended.filter((one) =>
        one.intents.some((from) => one.placed.some((at) => at >= from && at - from <= DAY_MS)),
      );
      return [intended.length, placed.length] as const;
    };
    return { all: reached(SURFACES), h5: reached(['h5']), native: reached(['native']) };
  }
}

function newVisit(visitorId: string, userId: string | undefined): Visit {
  return {
    visitorId,
    userId,
    firstAt: Number.POSITIVE_INFINITY,
    lastAt: Number.NEGATIVE_INFINITY,
    events: 0,
    conversions: 0,
    views: { h5: 0, native: 0 },
    first: undefined,
    last: undefined,
  };
}

/** Views of one moment follow each other by their numbers. */
function isBefore(at: EpochMs, seq: number, place: Place): boolean {
  return at < place.at || (at === place.at && seq < place.seq);
}

function visitLedger(all: readonly Visit[], surface?: Surface): VisitLedger {
  const viewsOf = ({ views }: Visit) => (surface ? views[surface] : views.h5 + views.native);
  const total = (of: (visit: Visit) => number) => all.reduce((sum, visit) => sum + of(visit), 0);
  const share = (count: number) => (all.length === 0 ? 0 : count / all.length);
  const durations = all.map(({ firstAt, lastAt }) => lastAt - firstAt).sort((a, b) => a - b);
  const bounces = all.filter((visit) => viewsOf(visit) === 1).length;
  return {
    visitors: new Set(all.map(({ visitorId }) => visitorId)).size,
    users: new Set(all.flatMap(({ userId }) => (userId === undefined ? [] : [userId]))).size,
    sessions: all.length,
    views: total(viewsOf),
    events: total(({ events }) => events),
    conversions: total(({ conversions }) => conversions),
    conversionRatio: share(all.filter(({ conversions }) => conversions > 0).length),
    bounces,
    bounceRatio: share(bounces),
    durationMsMedian: durations.length === 0 ? 0 : atLevel(durations, 0.5),
  };
}
