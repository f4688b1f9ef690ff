import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { formatCount } from '../format/count.js';
import type { TimeRange } from '../state/choice.js';
import { PAGE_ROWS_MAX } from '../state/report-query.js';
import type { ReportsState } from '../state/reports-loader.js';
import { DEFAULT_SORT, filterPages, type PageSort, sortPages } from '../state/sort-pages.js';
import { EmptyState } from './empty-state.js';
import { Fault } from './fault.js';
import { PagesTable } from './pages-table.js';
import { SearchField } from './search-field.js';

export interface PagesPanelProps {
  readonly state: ReportsState;
  readonly range: TimeRange;
}

const WHEN: Record<Exclude<TimeRange, 'all'>, string> = {
  hour: 'in the last hour',
  today: 'yet today',
  '7d': 'in the last 7 days',
  '30d': 'in the last 30 days',
};

/** Rows shown at first, and added by each "show more". */
const ROWS_STEP = 100;

/** Page statistics: filter, sort, and as many rows as are wanted. */
export function PagesPanel({ state, range }: PagesPanelProps): VNode {
  const [filter, setFilter] = useState('');
  const [sort, setSort] = useState<PageSort>(DEFAULT_SORT);
  const [rowsShown, setRowsShown] = useState(ROWS_STEP);
  const all = state.reports?.pages.rows ?? [];
  const found = filterPages(all, filter);
  const shown = sortPages(found, sort).slice(0, rowsShown);
  const hidden = found.length - shown.length;

  return (
    <section class={state.stale ? 'card pages-panel is-stale' : 'card pages-panel'} aria-label="Page statistics">
      <div class="toolbar">
        <h2>Pages</h2>
        {all.length === 0 ? null : <span class="count">{countOf(found.length, all.length)}</span>}
        <span class="spring" />
        <SearchField
          label="Filter pages"
          placeholder="Filter pages"
          value={filter}
          test="page-filter"
          onInput={setFilter}
        />
      </div>
      <Fault fault={state.fault} shown={state.reports && 'figures'} />
      {shown.length > 0 ? (
        <PagesTable rows={shown} viewsMax={Math.max(...all.map((row) => row.views))} sort={sort} onSort={setSort} />
      ) : (
        <EmptyPages state={state} range={range} filter={filter} />
      )}
      {hidden > 0 ? (
        <button
          type="button"
          class="show-more"
          onClick={() => setRowsShown(rowsShown + ROWS_STEP)}
          data-test="show-more"
        >
          {hidden <= ROWS_STEP
            ? `Show the other ${formatCount(hidden)}`
            : `Show ${ROWS_STEP} more of ${formatCount(hidden)}`}
        </button>
      ) : null}
    </section>
  );
}

function countOf(found: number, all: number): string {
  if (found < all) return `${formatCount(found)} of ${formatCount(all)}`;
  return all < PAGE_ROWS_MAX ? formatCount(all) : `the ${formatCount(all)} most viewed`;
}

function EmptyPages({ state, range, filter }: PagesPanelProps & { readonly filter: string }): VNode {
  if (state.reports === undefined) return <EmptyState title={state.fault === '' ? 'Loading…' : 'No figures yet.'} />;
  if (filter.trim() !== '' && state.reports.pages.rows.length > 0) {
    return <EmptyState title={`No page contains “${filter.trim()}”.`}>Clear the filter to see them all.</EmptyState>;
  }
  if (range === 'all') return <EmptyState title="No events yet.">Open the shop and click around.</EmptyState>;
  return (
    <EmptyState title={`No views ${WHEN[range]}.`}>
      Open the shop and click around, or choose a longer range.
    </EmptyState>
  );
}
