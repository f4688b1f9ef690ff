import type { ContentRow, ContentWay, Purpose, Step, Surface } from '@tidemark/protocol';
import type { ContentEvent, ContentSession } from './content-history.js';

/*
 * What the surfaces report must say, counted with loops and maps, and from nothing that the collector is made of.
 */

export interface ContentAsked {
  readonly from: number;
  readonly to: number;
  readonly by: 'template' | 'module' | 'step';
  readonly goal?: string;
  readonly steps?: readonly Step[];
  readonly purpose?: Purpose;
  readonly isIn?: (session: ContentSession) => boolean;
}

interface Place {
  readonly name: string;
  readonly event: ContentEvent;
}

/** One session's part of a row. */
interface Part {
  readonly converted: boolean;
  readonly dropped: boolean;
  readonly failed: boolean;
  readonly views: readonly ContentEvent[];
  readonly dwells: readonly number[];
  readonly vitals: Readonly<Record<string, readonly number[]>>;
  readonly ways: readonly string[];
}

export interface ContentTold extends Omit<ContentRow, 'surface'> {
  readonly surface: Surface;
}

const SURFACES = ['h5', 'native'] as const;
const isView = ({ type }: ContentEvent) => type === 'page_view' || type === 'screen_view';
const first = (events: readonly ContentEvent[]) => Math.min(...events.map(({ at }) => at));

export function contentOf(sessions: readonly ContentSession[], asked: ContentAsked) {
  const { purpose = 'analytics', isIn = () => true } = asked;
  const counted = sessions.filter(
    (session) =>
      session.events.length > 0 &&
      !session.denied.includes(purpose) &&
      isIn(session) &&
      first(session.events) >= asked.from &&
      first(session.events) < asked.to,
  );
  const parts = new Map<string, Part[]>();
  for (const { events } of counted) {
    for (const surface of SURFACES) {
      const places = events
        .filter((event) => event.surface === surface)
        .flatMap((event) => namesOf(event, asked).map((name): Place => ({ name, event })));
      for (const name of new Set(places.map((place) => place.name))) {
        const key = JSON.stringify([name, surface]);
        const here = places.filter((place) => place.name === name).map(({ event }) => event);
        parts.set(key, [...(parts.get(key) ?? []), partOf(events, here, name, asked)]);
      }
    }
  }
  const of = [...parts].map(([key, found]) => {
    const [name, surface] = JSON.parse(key) as [string, Surface]; // as it was made
    return { name, surface, found };
  });
  const viewed = counted.filter(({ events }) => events.some(isView));
  return {
    rows: of.map(({ name, surface, found }) => rowOf(name, surface, found, asked)),
    ways: of.flatMap(({ name, surface, found }) => waysOf(name, surface, found)),
    totals: { sessions: viewed.length, everyNth: 1 },
    dwells: (name: string, surface: Surface) =>
      of
        .filter((row) => row.name === name && row.surface === surface)
        .flatMap(({ found }) => found.flatMap(({ dwells }) => dwells)),
  };
}

/** Templates and modules by the name they have, steps by their number. */
function namesOf(event: ContentEvent, { by, steps = [] }: ContentAsked): string[] {
  const fields = event.fields as Readonly<Record<string, unknown>>;
  if (by === 'template') return isView(event) ? [String(fields.template)] : [];
  if (by === 'module') return event.type === 'exposure' ? [String(fields.module)] : [];
  return steps.flatMap((step, i) => (isStep(event, step) ? [String(i + 1)] : []));
}

function isStep(event: ContentEvent, step: Step): boolean {
  const fields = event.fields as Readonly<Record<string, unknown>>;
  if ('view' in step) return isView(event) && fields.page === step.view;
  if ('click' in step) return event.type === 'click' && fields.target === step.click;
  return 'goal' in step && event.type === 'conversion' && fields.goal === step.goal;
}

function partOf(
  events: readonly ContentEvent[],
  here: readonly ContentEvent[],
  name: string,
  asked: ContentAsked,
): Part {
  const { by, goal, steps = [] } = asked;
  const next = steps[Number(name)];
  const reaches = (event: ContentEvent) =>
    by === 'step'
      ? next !== undefined && isStep(event, next)
      : event.type === 'conversion' && (goal === undefined || (event.fields as { goal: string }).goal === goal);
  const shown = events.filter(isView).sort((a, b) => a.at - b.at || a.seq - b.seq);
  // A view without a number is a view by itself: nothing but its own event is known to belong to it.
  const isOf = (view: ContentEvent, event: ContentEvent) =>
    event === view || (view.view !== undefined && event.view === view.view);
  const views = shown.filter((view) => here.some((event) => isOf(view, event)));
  const within = (type: string) =>
    views.map((view) => events.filter((event) => event.type === type && isOf(view, event)));
  const numbers = (type: string, field: string, metric?: string) =>
    within(type).flatMap((found) => {
      const values = found
        .map(({ fields }) => fields as Readonly<Record<string, unknown>>)
        .filter((fields) => metric === undefined || fields.metric === metric)
        .map((fields) => Number(fields[field]));
      return values.length === 0 ? [] : [Math.max(...values)];
    });
  return {
    converted: events.some((event) => reaches(event) && event.at >= first(here)),
    dropped: shown.length > 0 && views.includes(shown.at(-1) as ContentEvent),
    failed: within('error').some((errors) => errors.length > 0),
    views,
    dwells: numbers('view_end', 'dwellMs'),
    vitals: Object.fromEntries(
      ['LCP', 'INP', 'CLS', 'FCP', 'TTFB'].map((metric) => [metric, numbers('web_vital', 'value', metric)]),
    ),
    ways: views.flatMap((view) => {
      const after = shown[shown.indexOf(view) + 1];
      const way =
        after && events.find((event) => event.type === 'transition' && event.view !== undefined && isOf(after, event));
      return after && way ? [JSON.stringify([after.surface, (way.fields as { way: string }).way])] : [];
    }),
  };
}

function rowOf(name: string, surface: Surface, found: readonly Part[], { by, steps = [] }: ContentAsked): ContentTold {
  const count = (is: (part: Part) => boolean) => found.filter(is).length;
  const [conversions, dropOffs, failures] = [
    count(({ converted }) => converted),
    count(({ dropped }) => dropped),
    count(({ failed }) => failed),
  ];
  const dwells = found.flatMap((part) => part.dwells);
  const p75 = (metric: string) =>
    quantileOf(
      found.flatMap(({ vitals }) => vitals[metric] ?? []),
      0.75,
    );
  return {
    name,
    surface,
    sessions: found.length,
    views: found.reduce((sum, { views }) => sum + views.length, 0),
    conversions,
    conversionRatio: by === 'step' && Number(name) === steps.length ? null : conversions / found.length,
    dropOffs,
    dropOffRatio: dropOffs / found.length,
    failures,
    errorRatio: failures / found.length,
    dwellMsMedian: quantileOf(dwells, 0.5),
    dwellMsP25: quantileOf(dwells, 0.25),
    dwellMsP75: quantileOf(dwells, 0.75),
    dwellMsP90: quantileOf(dwells, 0.9),
    lcpMsP75: p75('LCP'),
    inpMsP75: p75('INP'),
    clsP75: p75('CLS'),
    fcpMsP75: p75('FCP'),
    ttfbMsP75: p75('TTFB'),
  };
}

function waysOf(name: string, fromSurface: Surface, found: readonly Part[]): ContentWay[] {
  const ways = found.flatMap((part) => part.ways);
  return [...new Set(ways)].map((key) => {
    const [surface, way] = JSON.parse(key) as [Surface, string]; // as it was made
    const views = ways.filter((other) => other === key).length;
    return { name, fromSurface, surface, way, views, share: views / ways.length };
  });
}

/** Linear between the two nearest, as spreadsheets do it. */
function quantileOf(values: readonly number[], level: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const at = level * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  return low + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] ?? Number.NaN) - low);
}
