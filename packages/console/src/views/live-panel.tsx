import type { EventType } from '@tidemark/protocol';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { eventTypeName } from '../format/event-type.js';
import type { SurfaceChoice } from '../state/choice.js';
import type { Dashboard } from '../state/dashboard.js';
import { type LiveFilter, type LiveLog, pauseLog, resumeLog, shownEvents } from '../state/live-log.js';
import { EmptyState } from './empty-state.js';
import { LiveList } from './live-list.js';
import { LiveToolbar } from './live-toolbar.js';
import { RatePanel } from './rate-panel.js';
import { useStore } from './use-store.js';

export interface LivePanelProps {
  readonly dashboard: Dashboard;
  readonly surface: SurfaceChoice;
}

/** What happens now: how much, and what. */
export function LivePanel({ dashboard, surface }: LivePanelProps): VNode {
  const log = useStore(dashboard.live);
  const [type, setType] = useState<EventType | 'all'>('all');
  const [visitorId, setVisitorId] = useState<string | undefined>(undefined);
  const filter: LiveFilter = { type, surface, visitorId };
  const events = shownEvents(log, filter);

  return (
    <section class="card live-panel" aria-label="Live">
      <RatePanel rate={dashboard.rate} surface={surface} now={dashboard.serverNow} />
      <LiveToolbar
        filter={filter}
        isPaused={log.frozen !== undefined}
        missed={log.missed}
        onFilter={(change) => {
          if (change.type !== undefined) setType(change.type);
          if ('visitorId' in change) setVisitorId(change.visitorId);
        }}
        onPause={() => dashboard.live.set(pauseLog(dashboard.live.get()))}
        onResume={() => dashboard.live.set(resumeLog(dashboard.live.get()))}
      />
      {events.length === 0 ? (
        <EmptyLive log={log} filter={filter} />
      ) : (
        <LiveList events={events} now={dashboard.serverNow} onFollow={setVisitorId} />
      )}
    </section>
  );
}

function EmptyLive({ log, filter }: { readonly log: LiveLog; readonly filter: LiveFilter }): VNode {
  if ((log.frozen ?? log.events).length === 0) {
    return <EmptyState title="No events yet.">Open the shop and click around.</EmptyState>;
  }
  const what = filter.type === 'all' ? 'events' : `${eventTypeName(filter.type)} events`;
  return (
    <EmptyState title={`No such ${what} among the last ${log.events.length}.`}>
      Widen the filter, or wait for one.
    </EmptyState>
  );
}
