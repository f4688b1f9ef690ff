import type { Purpose, ReportByName, Step, Surface } from '@tidemark/protocol';
import type { Noted } from './make-history.js';

/*
 * What each report must say, counted from a list of events with loops and maps, and from nothing that the collector is made of.
 */

export interface Asked {
  readonly from: number;
  readonly to: number;
  readonly surface?: Surface;
  readonly purpose?: Purpose;
  /** Which events are in the segment; all unless told otherwise. */
  readonly isIn?: (event: Noted) => boolean;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const SURFACES = ['h5', 'native'] as const;

function isFor(event: Noted, purpose: Purpose): boolean {
  return purpose === 'marketing' ? event.consent.marketing === 'granted' : event.consent[purpose] !== 'denied';
}

const isView = ({ type }: Noted) => type === 'page_view' || type === 'screen_view';

function counted(noted: readonly Noted[], { purpose = 'analytics', isIn = () => true }: Asked): Noted[] {
  return noted.filter((event) => isFor(event, purpose) && isIn(event));
}

function groupBy<T>(values: readonly T[], key: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) groups.set(key(value), [...(groups.get(key(value)) ?? []), value]);
  return groups;
}

const distinct = (values: readonly string[]) => new Set(values).size;
const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);

/** Linear between the two nearest, as spreadsheets do it. */
function quantileOf(values: readonly number[], level: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = level * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  return low + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] ?? Number.NaN) - low);
}

interface Visit {
  readonly visitor: string;
  readonly user: string;
  readonly beganAt: number;
  readonly durationMs: number;
  readonly events: number;
  readonly views: readonly Noted[];
  readonly conversions: number;
}

function visitsOf(noted: readonly Noted[], asked: Asked): Visit[] {
  const sessions = [...groupBy(counted(noted, asked), ({ session }) => session).values()];
  return sessions
    .map((events) => {
      const times = events.map(({ at }) => at);
      return {
        visitor: events[0]?.visitor ?? '',
        user:
          events
            .map(({ user }) => user)
            .sort()
            .at(-1) ?? '',
        beganAt: Math.min(...times),
        durationMs: Math.max(...times) - Math.min(...times),
        events: events.length,
        views: events.filter(isView).sort((a, b) => a.at - b.at || a.seq - b.seq),
        conversions: events.filter(({ type }) => type === 'conversion').length,
      };
    })
    .filter(({ beganAt }) => beganAt >= asked.from && beganAt < asked.to);
}

function onSurface(visits: readonly Visit[], surface: Surface | undefined): Visit[] {
  if (surface === undefined) return [...visits];
  return visits
    .map((visit) => ({ ...visit, views: visit.views.filter((view) => view.surface === surface) }))
    .filter(({ views }) => views.length > 0);
}

function visitFigures(visits: readonly Visit[]) {
  const bounces = visits.filter(({ views }) => views.length === 1).length;
  return {
    visitors: distinct(visits.map(({ visitor }) => visitor)),
    users: distinct(visits.map(({ user }) => user).filter((user) => user !== '')),
    sessions: visits.length,
    views: visits.reduce((sum, { views }) => sum + views.length, 0),
    events: visits.reduce((sum, { events }) => sum + events, 0),
    conversions: visits.reduce((sum, { conversions }) => sum + conversions, 0),
    conversionRatio: ratio(visits.filter(({ conversions }) => conversions > 0).length, visits.length),
    bounces,
    bounceRatio: ratio(bounces, visits.length),
    durationMsMedian:
      visits.length === 0
        ? 0
        : quantileOf(
            visits.map(({ durationMs }) => durationMs),
            0.5,
          ),
  };
}

/** @param offsetMs - of the time zone, the same all the time. */
export function overviewOf(noted: readonly Noted[], asked: Asked, widthMs: number, offsetMs: number) {
  const visits = onSurface(visitsOf(noted, asked), asked.surface);
  const begins = ({ beganAt }: Visit) => Math.floor((beganAt + offsetMs) / widthMs) * widthMs - offsetMs;
  return {
    rows: [...groupBy(visits, (visit) => String(begins(visit)))]
      .map(([at, of]) => ({ at: Number(at), ...visitFigures(of) }))
      .sort((a, b) => a.at - b.at),
    totals: visitFigures(visits),
  };
}

export function surfaceRates(noted: readonly Noted[], asked: Asked) {
  return SURFACES.map((surface) => {
    const visits = onSurface(visitsOf(noted, asked), surface);
    return {
      sessions: visits.length,
      bounced: visits.filter(({ views }) => views.length === 1).length,
      converted: visits.filter(({ conversions }) => conversions > 0).length,
    };
  });
}

export function pagesOf(noted: readonly Noted[], asked: Asked): ReportByName['pages']['rows'] {
  const first = Math.floor(asked.from / HOUR_MS) * HOUR_MS;
  const near = counted(noted, asked).filter(
    ({ at, surface }) =>
      at >= first && Math.floor(at / HOUR_MS) * HOUR_MS < asked.to && (asked.surface ?? surface) === surface,
  );
  const visits = visitsOf(noted, asked).filter(({ views }) => views.length > 0);
  const place = ({ page, surface }: Pick<Noted, 'page' | 'surface'>) => `${surface} ${page}`;
  return [...groupBy(near, place)].flatMap(([key, events]) => {
    const views = events.filter(isView);
    const [view] = views;
    if (!view) return [];
    const dwells = events.filter(({ type }) => type === 'view_end').map(({ fields }) => Number(fields.dwellMs));
    const entered = visits.filter((visit) => place(visit.views[0] as Noted) === key);
    const bounces = entered.filter((visit) => visit.views.length === 1).length;
    const dwell = (level: number) => (dwells.length === 0 ? null : quantileOf(dwells, level));
    return [
      {
        page: view.page,
        surface: view.surface as Surface,
        views: views.length,
        visitors: distinct(views.map(({ visitor }) => visitor)),
        entries: entered.length,
        exits: visits.filter((visit) => place(visit.views.at(-1) as Noted) === key).length,
        bounces,
        bounceRatio: ratio(bounces, entered.length),
        dwellMsMedian: dwell(0.5),
        dwellMsP25: dwell(0.25),
        dwellMsP75: dwell(0.75),
        dwellMsP90: dwell(0.9),
      },
    ];
  });
}

export function dwellsOf(noted: readonly Noted[], asked: Asked, surface: Surface): number[] {
  return counted(noted, asked)
    .filter(
      (event) =>
        event.type === 'view_end' && event.surface === surface && event.at >= asked.from && event.at < asked.to,
    )
    .map(({ fields }) => Number(fields.dwellMs));
}

export function transitionsOf(noted: readonly Noted[], asked: Asked) {
  const moves = counted(noted, asked).filter(
    ({ type, at, surface }) =>
      type === 'transition' && at >= asked.from && at < asked.to && (asked.surface ?? surface) === surface,
  );
  const key = ({ page, surface, fields }: Noted) => JSON.stringify([fields.fromPage, page, surface, fields.way]);
  return [...groupBy(moves, key)].map(([of, same]) => {
    const [fromPage, page, surface, way] = JSON.parse(of) as [string, string, Surface, string];
    const leaving = moves.filter(({ fields }) => fields.fromPage === fromPage).length;
    return { fromPage, page, surface, way, transitions: same.length, shareOfFrom: same.length / leaving };
  });
}

export function isStep(event: Noted, step: Step): boolean {
  if ('view' in step) return isView(event) && event.page === step.view;
  if ('goal' in step) return event.type === 'conversion' && event.fields.goal === step.goal;
  if ('order' in step)
    return event.type === 'order' && event.fields.side === step.order && event.fields.phase === step.phase;
  if ('click' in step) return event.type === 'click' && event.fields.target === step.click;
  return event.type === 'custom' && event.fields.name === step.custom;
}

/** Tries every beginning, and goes on greedily: the earliest next step leaves the most time for those after it. */
function levelOf(events: readonly Noted[], steps: readonly Step[], windowMs: number): number {
  const sorted = [...events].sort((a, b) => a.at - b.at);
  let best = 0;
  for (const start of sorted.filter((event) => isStep(event, steps[0] as Step))) {
    let level = 1;
    let last = start.at;
    while (level < steps.length) {
      const next = sorted.find(
        (event) => event.at >= last && event.at <= start.at + windowMs && isStep(event, steps[level] as Step),
      );
      if (!next) break;
      last = next.at;
      level++;
    }
    best = Math.max(best, level);
  }
  return best;
}

/** Visitors by step: all, and by what they did on each surface alone. */
export function funnelOf(noted: readonly Noted[], asked: Asked, steps: readonly Step[], windowMs: number) {
  const near = counted(noted, asked).filter(
    ({ at, surface }) => at >= asked.from && at < asked.to && (asked.surface ?? surface) === surface,
  );
  const visitors = [...groupBy(near, ({ visitor }) => visitor).values()];
  const reached = (events: (of: readonly Noted[]) => readonly Noted[]) => {
    const levels = visitors.map((of) => levelOf(events(of), steps, windowMs));
    return steps.map((_, i) => levels.filter((level) => level > i).length);
  };
  return {
    all: reached((of) => of),
    h5: reached((of) => of.filter(({ surface }) => surface === 'h5')),
    native: reached((of) => of.filter(({ surface }) => surface === 'native')),
  };
}

/** Sizes of cohorts by day, and how many of them came so many days later. */
export function cohortsOf(noted: readonly Noted[], asked: Asked, periods: number) {
  const dayOf = ({ at }: Noted) => Math.floor(at / DAY_MS);
  const near = counted(noted, asked).filter(
    ({ at, surface }) => at < asked.to && (asked.surface ?? surface) === surface,
  );
  const latest = Math.max(...near.map(dayOf));
  const seen = [...groupBy(near, ({ visitor }) => visitor).values()].map((events) => new Set(events.map(dayOf)));
  const cohorts = groupBy(
    seen.filter((days) => Math.min(...days) * DAY_MS >= asked.from),
    (days) => String(Math.min(...days)),
  );
  return [...cohorts]
    .map(([first, of]) => ({ first: Number(first), of }))
    .sort((a, b) => a.first - b.first)
    .flatMap(({ first, of }) =>
      Array.from({ length: Math.min(latest - first, periods) + 1 }, (_, period) => {
        const visitors = of.filter((days) => days.has(first + period)).length;
        return {
          cohort: new Date(first * DAY_MS).toISOString().slice(0, 10),
          period,
          size: of.length,
          visitors,
          ratio: visitors / of.length,
        };
      }),
    );
}
