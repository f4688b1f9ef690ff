import type { VNode } from 'preact';
import { formatCount, formatFigure } from '../format/count.js';
import { formatDuration } from '../format/duration.js';
import { formatPer, formatRatio } from '../format/ratio.js';
import { daySeries } from '../state/day-series.js';
import type { ReportsState } from '../state/reports-loader.js';
import { FigureTile } from './figure-tile.js';

/** The row of figures: three from the page report, so that they agree with the table, and two from the session report. */
export function FigureTiles({ state }: { readonly state: ReportsState }): VNode {
  const { reports, stale } = state;
  const pages = reports?.pages.totals;
  const sessions = reports?.sessions.totals;
  const visitors = reports?.visitors.totals;
  // Without sessions a rate and a median are not zero: there are none.
  const ofSessions = sessions !== undefined && sessions.sessions > 0 ? sessions : undefined;
  const sessionDays = reports?.sessions.rows ?? [];
  const visitorDays = reports?.visitors.rows ?? [];

  return (
    <dl class={stale ? 'tiles is-stale' : 'tiles'} aria-label="Figures">
      <FigureTile
        name="views"
        label="Views"
        meaning="Page views and screen views"
        value={pages?.views}
        format={formatFigure}
        note={pages?.sessions ? `${formatPer(pages.views, pages.sessions)} a session` : ''}
        trend={daySeries(visitorDays, (day) => day.views)}
      />
      <FigureTile
        name="visitors"
        label="Visitors"
        meaning="Devices or browsers with any event"
        value={pages?.visitors}
        format={formatFigure}
        note={visitors ? `${formatCount(visitors.users)} signed in` : ''}
        trend={daySeries(visitorDays, (day) => day.visitors)}
      />
      <FigureTile
        name="sessions"
        label="Sessions"
        meaning="Events of a visitor with no gap over 30 minutes"
        value={pages?.sessions}
        format={formatFigure}
        note={pages?.visitors ? `${formatPer(pages.sessions, pages.visitors)} a visitor` : ''}
        trend={daySeries(sessionDays, (day) => day.sessions)}
      />
      <FigureTile
        name="bounce"
        label="Bounce rate"
        meaning="Share of sessions with exactly one view"
        value={ofSessions?.bounceRatio}
        format={formatRatio}
        note={ofSessions ? `${formatCount(ofSessions.bounces)} of ${formatCount(ofSessions.sessions)}` : ''}
        trend={daySeries(sessionDays, (day) => day.bounceRatio)}
      />
      <FigureTile
        name="duration"
        label="Median session"
        meaning="Median time from a session's first event to its last"
        value={ofSessions?.durationMsMedian}
        format={formatDuration}
        note={ofSessions ? `${formatPer(ofSessions.events, ofSessions.sessions)} events each` : ''}
        trend={daySeries(sessionDays, (day) => day.durationMsMedian)}
      />
    </dl>
  );
}
