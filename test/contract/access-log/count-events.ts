import type { EventBatch, TrackedEvent } from '@tidemark/protocol';
import type { LogCount, PageCount, SessionCount } from './logs.js';

type EventsCount = Pick<LogCount, keyof SessionCount | 'requests' | 'viewEnds' | 'days' | 'pages'>;

interface Session {
  readonly visitorId: string;
  readonly startedAt: number;
  /** By time, then by number. */
  readonly events: readonly TrackedEvent[];
}

/** Counts events by the definitions of the reports, from nothing but what the batches say. */
export function countEvents(batches: readonly EventBatch[]): EventsCount {
  const sessions = sessionsOf(batches);
  const events = sessions.flatMap((session) => session.events);
  const byDay = groupBy(sessions, ({ startedAt }) => new Date(startedAt).toISOString().slice(0, 10));
  return {
    ...figuresOf(sessions),
    requests: events.filter((event) => event.type === 'custom' && event.name === 'request').length,
    viewEnds: events.filter((event) => event.type === 'view_end').length,
    days: Object.fromEntries([...byDay].map(([day, some]) => [day, figuresOf(some)])),
    pages: pagesOf(sessions),
  };
}

function sessionsOf(batches: readonly EventBatch[]): Session[] {
  return [...groupBy(batches, ({ context }) => context.sessionId).values()].map((some) => ({
    visitorId: some[0]?.context.visitorId ?? '',
    startedAt: some[0]?.context.sessionStartedAt ?? 0,
    events: some.flatMap(({ events }) => events).sort((a, b) => a.occurredAt - b.occurredAt || a.seq - b.seq),
  }));
}

function figuresOf(sessions: readonly Session[]): SessionCount {
  const viewCounts = sessions.map(({ events }) => viewsOf(events).length);
  const bounces = viewCounts.filter((count) => count === 1).length;
  return {
    sessions: sessions.length,
    visitors: new Set(sessions.map(({ visitorId }) => visitorId)).size,
    events: sessions.reduce((sum, { events }) => sum + events.length, 0),
    views: viewCounts.reduce((sum, count) => sum + count, 0),
    bounces,
    bounceRatio: bounces / sessions.length,
    durationMsMedian: medianOf(sessions.map(({ events }) => timeOf(events.at(-1)) - timeOf(events[0]))) ?? 0,
  };
}

function pagesOf(sessions: readonly Session[]): Record<string, PageCount> {
  const seen = sessions.flatMap(({ visitorId, events }) => {
    const views = viewsOf(events);
    return views.map((view, i) => ({
      page: view.page ?? '',
      visitorId,
      isEntry: i === 0,
      isExit: i === views.length - 1,
      dwellMs: dwellOf(events, view),
    }));
  });
  const pages = [...groupBy(seen, ({ page }) => page)].map(([page, views]): [string, PageCount] => [
    page,
    {
      views: views.length,
      visitors: new Set(views.map(({ visitorId }) => visitorId)).size,
      entries: views.filter(({ isEntry }) => isEntry).length,
      exits: views.filter(({ isExit }) => isExit).length,
      bounces: views.filter(({ isEntry, isExit }) => isEntry && isExit).length,
      dwellMsMedian: medianOf(views.flatMap(({ dwellMs }) => dwellMs ?? [])),
    },
  ]);
  return Object.fromEntries(pages);
}

function viewsOf(events: readonly TrackedEvent[]): TrackedEvent[] {
  return events.filter(({ type }) => type === 'page_view');
}

function dwellOf(events: readonly TrackedEvent[], view: TrackedEvent): number | undefined {
  const end = events.find(({ type, viewId }) => type === 'view_end' && viewId === view.viewId);
  return end?.type === 'view_end' ? end.dwellMs : undefined;
}

function timeOf(event: TrackedEvent | undefined): number {
  return event?.occurredAt ?? 0;
}

function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.floor(sorted.length / 2)];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
