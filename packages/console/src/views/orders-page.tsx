import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { formatCount } from '../format/count.js';
import type { TimeRange } from '../state/choice.js';
import type { OrderBoard, OrderBoardState } from '../state/order-board.js';
import { rangeStart } from '../state/report-query.js';
import { EmptyState } from './empty-state.js';
import { Fault } from './fault.js';
import { ModelPage } from './model-page.js';
import { ModelPanel } from './model-panel.js';
import { OrderDetail } from './order-detail.js';
import { OrderRow } from './order-row.js';
import { useStore } from './use-store.js';

export interface OrdersPageProps {
  readonly board: OrderBoard;
  readonly range: TimeRange;
  /** By the collector's clock. */
  now(): number;
}

/** The last orders, how likely each is filled and why, and the model that says so. */
export function OrdersPage({ board, range, now }: OrdersPageProps): VNode {
  const state = useStore(board.state);
  const [openId, setOpenId] = useState('');
  const [cardVersion, setCardVersion] = useState('');
  const from = rangeStart(range, now()) ?? 0;
  const shown = (state.orders ?? []).filter(({ decidedAt }) => decidedAt >= from);
  const open = shown.find(({ decisionId }) => decisionId === openId);

  return (
    <main class="page">
      {cardVersion === '' ? null : (
        <ModelPage key={cardVersion} version={cardVersion} board={board} onClose={() => setCardVersion('')} />
      )}
      <div class="case-panels has-detail">
        <section class="card case-panel" aria-label="Orders">
          <div class="toolbar">
            <h2>Orders</h2>
            <span class="count" data-test="order-count">
              {formatCount(shown.length)}
            </span>
          </div>
          <Fault fault={state.fault} shown={state.orders && 'orders'} />
          {shown.length === 0 ? (
            <EmptyOrders state={state} />
          ) : (
            <ol class="case-list">
              {shown.map((order) => (
                <OrderRow
                  key={order.decisionId}
                  order={order}
                  nowMs={now()}
                  isOpen={order.decisionId === openId}
                  onOpen={() => setOpenId(order.decisionId === openId ? '' : order.decisionId)}
                />
              ))}
            </ol>
          )}
        </section>
        <div class="order-aside">
          {open === undefined ? null : (
            <OrderDetail key={open.decisionId} order={open} board={board} now={now} onClose={() => setOpenId('')} />
          )}
          <ModelPanel state={state} nowMs={now()} onOpenCard={() => setCardVersion(state.models?.serving ?? '')} />
        </div>
      </div>
    </main>
  );
}

function EmptyOrders({ state: { orders, models } }: { readonly state: OrderBoardState }): VNode {
  if (orders === undefined || models === undefined) return <EmptyState title="Loading…" />;
  if (orders.length > 0) return <EmptyState title="No orders in this time.">Widen the time range.</EmptyState>;
  if (models.serving !== null) {
    return (
      <EmptyState title="No order was placed yet.">
        Place one in the shop: its probability stands here at once.
      </EmptyState>
    );
  }
  return models.training ? (
    <EmptyState title="A model is being trained.">Orders that are placed from then on stand here.</EmptyState>
  ) : (
    <EmptyState title="No model was trained yet.">
      The demo trains one within a minute of its first start; POST /v1/models trains one of the orders that are over.
    </EmptyState>
  );
}
