import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { formatCount } from '../format/count.js';
import type { Choice } from '../state/choice.js';
import { DEFAULT_FLAG_CHOICE, type FlagChoice, filterFlags } from '../state/filter-flags.js';
import type { FlagBoard } from '../state/flag-board.js';
import { rangeStart } from '../state/report-query.js';
import { EmptyState } from './empty-state.js';
import { Fault } from './fault.js';
import { FlagDetail } from './flag-detail.js';
import { FlagRow } from './flag-row.js';
import { FlagToolbar } from './flag-toolbar.js';
import { useStore } from './use-store.js';

export interface RiskPageProps {
  readonly board: FlagBoard;
  readonly choice: Choice;
  /** By the collector's clock. */
  now(): number;
}

const ROWS_MAX = 200;

/** The flags of a workspace: which, about whom, why; and what became of them. */
export function RiskPage({ board, choice, now }: RiskPageProps): VNode {
  const { flags, precision, fault } = useStore(board.state);
  const [wanted, setWanted] = useState<FlagChoice>(DEFAULT_FLAG_CHOICE);
  const [openId, setOpenId] = useState('');
  const found = filterFlags(flags ?? [], wanted, rangeStart(choice.range, now()), choice.surface);
  const shown = found.slice(0, ROWS_MAX);
  const open = found.find(({ flagId }) => flagId === openId);

  return (
    <main class="page">
      <div class={open === undefined ? 'case-panels' : 'case-panels has-detail'}>
        <section class="card case-panel" aria-label="Flags">
          <FlagToolbar
            choice={wanted}
            count={
              found.length > ROWS_MAX
                ? `the latest ${ROWS_MAX} of ${formatCount(found.length)}`
                : formatCount(found.length)
            }
            onChoose={setWanted}
          />
          <Fault fault={fault} shown={flags && 'flags'} />
          {shown.length === 0 ? (
            <EmptyFlags isKnown={flags !== undefined} hasAny={(flags ?? []).length > 0} />
          ) : (
            <ol class="case-list">
              {shown.map((flag) => (
                <FlagRow
                  key={flag.flagId}
                  flag={flag}
                  nowMs={now()}
                  isOpen={flag.flagId === openId}
                  onOpen={() => setOpenId(flag.flagId === openId ? '' : flag.flagId)}
                />
              ))}
            </ol>
          )}
        </section>
        {open === undefined ? null : (
          <FlagDetail
            key={open.flagId}
            flag={open}
            precision={precision[open.kind]}
            board={board}
            now={now}
            onClose={() => setOpenId('')}
          />
        )}
      </div>
    </main>
  );
}

function EmptyFlags({ isKnown, hasAny }: { readonly isKnown: boolean; readonly hasAny: boolean }): VNode {
  if (!isKnown) return <EmptyState title="Loading…" />;
  if (hasAny) return <EmptyState title="No such flags.">Widen the filter, the time range or the surface.</EmptyState>;
  return <EmptyState title="Nothing was flagged.">Detectors look at every event as it comes.</EmptyState>;
}
