import type { OrderDecision } from '@tidemark/protocol';
import type { VNode } from 'preact';
import { formatCount } from '../format/count.js';
import { formatInterval, formatPrice, formatProbability, NO_REASON, sideName, sideTone } from '../format/order.js';
import { Age } from './age.js';
import { ProbabilityBar } from './probability-bar.js';

export interface OrderRowProps {
  readonly order: OrderDecision;
  readonly nowMs: number;
  readonly isOpen: boolean;
  onOpen(): void;
}

/** One order in a line: what was asked for, how likely it is filled, what costs most, since when. */
export function OrderRow({ order, nowMs, isOpen, onOpen }: OrderRowProps): VNode {
  const { asked, answer, decidedAt } = order;
  const { side, productId, shares, price } = asked;
  const reason = answer.reasons[0] ?? NO_REASON;
  return (
    <li>
      <button
        type="button"
        class="order-row"
        aria-expanded={isOpen}
        onClick={onOpen}
        data-test="order"
        data-order={asked.orderId}
        data-probability={answer.probability}
      >
        <span class="tag" data-tone={sideTone(side)}>
          {sideName(side)}
        </span>
        <span class="order-product">{productId}</span>
        <span class="order-amount">
          {formatCount(shares)} <span class="count">at {formatPrice(price)}</span>
        </span>
        <span class="order-probability">{formatProbability(answer.probability)}</span>
        <ProbabilityBar range={answer} />
        <span class="order-interval count">{formatInterval(answer)}</span>
        <span class="order-reason" title={reason}>
          {answer.degraded ? <span class="order-degraded">Less is known than usual. </span> : null}
          {reason}
        </span>
        <Age atMs={decidedAt} nowMs={nowMs} />
      </button>
    </li>
  );
}
