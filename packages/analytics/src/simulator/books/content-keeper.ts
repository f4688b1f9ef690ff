import type { ContentRow, EpochMs, EventBatch, SessionId, Surface, TrackedEvent } from '@tidemark/protocol';
import { atLevel, entryOf } from './ledger-sums.js';

/** One template on one surface, as the report has it: of web vitals nothing is written down. */
export type ContentLedger = Omit<ContentRow, 'lcpMsP75' | 'inpMsP75' | 'clsP75' | 'fcpMsP75' | 'ttfbMsP75'>;

export interface ContentKeeper {
  /** A device's batch, once. */
  add(batch: EventBatch): void;
  rows(): readonly ContentLedger[];
}

interface View {
  readonly template: string;
  readonly surface: Surface;
  readonly at: EpochMs;
  readonly seq: number;
  dwellMs: number | undefined;
  failed: boolean;
}

interface Session {
  readonly views: Map<string, View>;
  lastGoalAt: EpochMs;
}

export function createContentKeeper(): ContentKeeper {
  const sessions = new Map<SessionId, Session>();

  function note({ views }: Session, surface: Surface, event: TrackedEvent): void {
    const key = JSON.stringify([surface, event.viewId ?? event.eventId]);
    if (event.type === 'page_view' || event.type === 'screen_view') {
      const { template = '', occurredAt: at, seq } = event;
      views.set(key, { template, surface, at, seq, dwellMs: undefined, failed: false });
    }
    const view = views.get(key);
    if (view && event.type === 'view_end') view.dwellMs = event.dwellMs;
    if (view && event.type === 'error') view.failed = true;
  }

  return {
    add({ context: { sessionId, surface }, events }) {
      const session = entryOf(sessions, sessionId, (): Session => ({ views: new Map(), lastGoalAt: -Infinity }));
      for (const event of events) {
        note(session, surface, event);
        if (event.type === 'conversion') session.lastGoalAt = Math.max(session.lastGoalAt, event.occurredAt);
      }
    },
    rows() {
      const contents = new Map<string, Seen[]>();
      for (const session of sessions.values())
        for (const [key, seen] of seenIn(session)) entryOf(contents, key, (): Seen[] => []).push(seen);
      return [...contents].map(([key, seen]) => {
        const [name, surface] = JSON.parse(key) as [string, Surface]; // as it was made
        return contentLedger(name, surface, seen);
      });
    },
  };
}

/** What a session saw of one kind of page on one surface. */
interface Seen {
  readonly views: readonly View[];
  readonly isConverted: boolean;
  readonly isLast: boolean;
}

function seenIn({ views, lastGoalAt }: Session): Map<string, Seen> {
  const all = [...views.values()].sort((a, b) => a.at - b.at || a.seq - b.seq);
  const groups = new Map<string, View[]>();
  for (const view of all) entryOf(groups, JSON.stringify([view.template, view.surface]), (): View[] => []).push(view);
  const seen = [...groups].map(([key, group]) => {
    const firstAt = group[0]?.at ?? Infinity;
    return [key, { views: group, isConverted: lastGoalAt >= firstAt, isLast: group.at(-1) === all.at(-1) }] as const;
  });
  return new Map(seen);
}

function contentLedger(name: string, surface: Surface, seen: readonly Seen[]): ContentLedger {
  const count = (test: (one: Seen) => boolean) => seen.filter(test).length;
  const [conversions, dropOffs] = [count(({ isConverted }) => isConverted), count(({ isLast }) => isLast)];
  const failures = count(({ views }) => views.some(({ failed }) => failed));
  const views = seen.flatMap((one) => one.views);
  const dwells = views.flatMap(({ dwellMs }) => (dwellMs === undefined ? [] : [dwellMs])).sort((a, b) => a - b);
  const dwellAt = (level: number) => (dwells.length === 0 ? null : atLevel(dwells, level));
  return {
    name,
    surface,
    sessions: seen.length,
    views: views.length,
    conversions,
    conversionRatio: conversions / seen.length,
    dropOffs,
    dropOffRatio: dropOffs / seen.length,
    failures,
    errorRatio: failures / seen.length,
    dwellMsMedian: dwellAt(0.5),
    dwellMsP25: dwellAt(0.25),
    dwellMsP75: dwellAt(0.75),
    dwellMsP90: dwellAt(0.9),
  };
}
