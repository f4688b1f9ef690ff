import type { SurfacesReport } from '@tidemark/protocol';
import type { VNode } from 'preact';
import { formatCount } from '../format/count.js';
import type { ContentBoard, ContentChoice } from '../state/content-board.js';
import { pairContent } from '../state/content-rows.js';
import { ContentTable } from './content-table.js';
import { EmptyState } from './empty-state.js';
import { Fault } from './fault.js';
import { Segmented, type SegmentedOption } from './segmented.js';
import { SureList } from './sure-list.js';
import { useStore } from './use-store.js';
import { WaysPanel } from './ways-panel.js';

const CHOICES: readonly SegmentedOption<ContentChoice>[] = [
  { value: 'template', label: 'Kinds of pages', shortLabel: 'Pages' },
  { value: 'module', label: 'Modules' },
];

/** The same content on H5 and on native: what differs, how sure that is, and how people cross over. */
export function SurfacesPage({ board }: { readonly board: ContentBoard }): VNode {
  const { report, stale, fault } = useStore(board.state);
  const by = useStore(board.by);
  const pairs = report === undefined ? [] : pairContent(report);
  return (
    <main class="page surfaces-page">
      <section class={stale ? 'card is-stale' : 'card'} aria-label="H5 beside native">
        <div class="toolbar">
          <h2>H5 beside native</h2>
          {report === undefined ? null : <span class="count">{lookedAt(report)}</span>}
          <span class="spring" />
          <Segmented legend="What is compared" name="content" options={CHOICES} value={by} onChoose={board.by.set} />
        </div>
        <Fault fault={fault} shown={report && 'figures'} />
        {report === undefined || pairs.length === 0 ? (
          <EmptyContent isKnown={report !== undefined} fault={fault} by={by} />
        ) : (
          <>
            <SureList comparison={report.comparison} />
            <ContentTable pairs={pairs} label="H5 beside native, table" />
            <p class="bars-meaning">
              Bars show H5 less native around 0: the thick line holds the difference at 95 %, the thin one holds all
              differences on this page at once. Coloured where the thin one leaves 0 out.
            </p>
          </>
        )}
      </section>
      {report === undefined || pairs.length === 0 ? null : <WaysPanel ways={report.ways} />}
    </main>
  );
}

function lookedAt({ totals: { sessions, everyNth } }: SurfacesReport): string {
  return `${formatCount(sessions)} sessions${everyNth > 1 ? `, of which one in ${formatCount(everyNth)} was looked at` : ''}`;
}

function EmptyContent({
  isKnown,
  fault,
  by,
}: {
  readonly isKnown: boolean;
  readonly fault: string;
  readonly by: ContentChoice;
}): VNode {
  if (!isKnown) return <EmptyState title={fault === '' ? 'Loading…' : 'No figures yet.'} />;
  if (by === 'module') {
    return (
      <EmptyState title="No modules were seen in this time.">Track exposures, or choose a longer range.</EmptyState>
    );
  }
  return <EmptyState title="Nothing was shown in this time.">Choose a longer range.</EmptyState>;
}
