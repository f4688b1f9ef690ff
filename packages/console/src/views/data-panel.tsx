import type { EffectiveDataReport } from '@tidemark/protocol';
import type { VNode } from 'preact';
import { formatTime } from '../format/clock-time.js';
import { formatCount } from '../format/count.js';
import { sayBreak } from '../format/data-break.js';
import { formatDuration } from '../format/duration.js';
import { formatRatio } from '../format/ratio.js';
import type { WatchedReport } from '../state/report-watch.js';
import { EmptyState } from './empty-state.js';
import { Fault } from './fault.js';

const BREAKS_SHOWN = 6;

/** Whether the data of the last day is worth counting: how far it goes, how whole and how late it is, what departs from the usual. */
export function DataPanel({ state }: { readonly state: WatchedReport<'effective-data'> }): VNode {
  const { report, fault } = state;
  return (
    <section class="card data-panel" aria-label="Effective data">
      <div class="toolbar">
        <h2>Data</h2>
        <span class="count">last 24 hours</span>
        <span class="spring" />
        {report === undefined ? null : <CompleteTo report={report} />}
      </div>
      <Fault fault={fault} shown={report && 'figures'} />
      {report === undefined ? (
        <EmptyState title={fault === '' ? 'Loading…' : 'No figures yet.'} />
      ) : (
        <>
          <Figures report={report} />
          <Breaks report={report} />
        </>
      )}
    </section>
  );
}

function CompleteTo({ report: { freshness } }: { readonly report: EffectiveDataReport }): VNode {
  const { completeTo, settledTo } = freshness;
  if (completeTo === null) return <span class="count">Nobody knows how far the data goes.</span>;
  const settled = settledTo === null ? '' : `99 % of what happened by ${formatTime(settledTo)} has arrived`;
  return (
    <span class="complete-to" data-test="complete-to" data-value={completeTo} title={settled}>
      complete to {formatTime(completeTo)}
    </span>
  );
}

function Figures({ report: { totals } }: { readonly report: EffectiveDataReport }): VNode {
  const ratio = (value: number | null) => (value === null ? '–' : formatRatio(value));
  const figures = [
    ['complete', 'Complete', ratio(totals.completenessRatio), `${formatCount(totals.missing)} missing`],
    ['late', 'Over an hour late', ratio(totals.lateRatio), `99 % within ${formatDuration(totals.lateMsP99)}`],
    [
      'copies',
      'There twice',
      formatCount(totals.copies + totals.doubleLoads),
      `of ${formatCount(totals.events)} events, counted once`,
    ],
    ['rejected', 'Rejected', ratio(totals.rejectedRatio), `${formatCount(totals.rejected)} events`],
  ] as const;
  return (
    <dl class="data-figures">
      {figures.map(([name, label, figure, note]) => (
        <div key={name}>
          <dt>{label}</dt>
          <dd class="data-figure" data-test={`data-${name}`}>
            {figure}
          </dd>
          <dd class="count">{note}</dd>
        </div>
      ))}
    </dl>
  );
}

function Breaks({ report: { breaks } }: { readonly report: EffectiveDataReport }): VNode {
  if (breaks.length === 0) return <p class="data-breaks is-well">Nothing departs from what is usual.</p>;
  const hidden = breaks.length - BREAKS_SHOWN;
  return (
    <ul class="data-breaks">
      {breaks.slice(0, BREAKS_SHOWN).map((found) => (
        <li key={`${found.kind} ${found.subject} ${found.release}`} data-test="data-break" data-kind={found.kind}>
          {sayBreak(found)}
        </li>
      ))}
      {hidden > 0 ? <li>and {formatCount(hidden)} more.</li> : null}
    </ul>
  );
}
