import type { OrderDecision } from '@tidemark/protocol';
import type { VNode } from 'preact';
import { formatAge } from '../format/age.js';
import { formatCount } from '../format/count.js';
import { formatInterval, formatPrice, formatProbability, NO_REASON, sideName, sideTone } from '../format/order.js';
import type { OrderBoard } from '../state/order-board.js';
import { Fact } from './fact.js';
import { OrderFacts } from './order-facts.js';
import { ProbabilityBar } from './probability-bar.js';

export interface OrderDetailProps {
  readonly order: OrderDecision;
  readonly board: OrderBoard;
  now(): number;
  onClose(): void;
}

/** How likely an order is filled, how sure that is, why, and by what. */
export function OrderDetail({ order, board, now, onClose }: OrderDetailProps): VNode {
  const { asked, answer, decidedAt, decisionId, modelVersion } = order;
  const { side, productId, orderId, userId, shares, price } = asked;
  return (
    <section class="card case-detail" aria-label={`${sideName(side)} of ${productId}`} data-test="order-detail">
      <div class="toolbar">
        <h2>{productId}</h2>
        <span class="tag" data-tone={sideTone(side)}>
          {sideName(side)}
        </span>
        <span class="spring" />
        <button type="button" class="button button-quiet" onClick={onClose} data-test="order-close">
          Close
        </button>
      </div>
      <div class="order-answer">
        <p class="tile-figure" data-test="order-probability" data-value={answer.probability}>
          {formatProbability(answer.probability)}
        </p>
        <ProbabilityBar range={answer} />
        <p data-test="order-interval" data-low={answer.low} data-high={answer.high}>
          Of a hundred such orders so many are filled at least in part. Other orders to learn from would have said{' '}
          {formatInterval(answer)}.
        </p>
      </div>
      {answer.degraded ? (
        <p class="notice" data-test="order-degraded">
          {answer.degradedReason}
        </p>
      ) : null}
      {answer.reasons.length === 0 ? (
        <p class="order-note">{NO_REASON}</p>
      ) : (
        <ul class="case-reasons">
          {answer.reasons.map((reason) => (
            <li key={reason} data-test="order-reason">
              {reason}
            </li>
          ))}
        </ul>
      )}
      <dl class="case-facts">
        <Fact name="Order">
          {formatCount(shares)} shares at {formatPrice(price)} <span class="mono">{orderId}</span>
        </Fact>
        <Fact name="Customer">
          <span class="mono">{userId}</span>
        </Fact>
        <Fact name="Placed">
          {formatAge(now() - decidedAt)} ago, {new Date(decidedAt).toLocaleString('en-GB')}
        </Fact>
        <Fact name="Filled whole">
          {formatProbability(answer.full.probability)} <span class="count">{formatInterval(answer.full)}</span>
        </Fact>
        <Fact name="Expected fill">{formatProbability(answer.fillRatio)} of the shares</Fact>
        <Fact name="First fill">{courseOf(answer.byHours)}</Fact>
        <Fact name="Points">{formatCount(answer.points)}</Fact>
        <Fact name="Model">
          <span class="mono">{modelVersion}</span>
        </Fact>
      </dl>
      <OrderFacts decisionId={decisionId} board={board} />
    </section>
  );
}

/** Some hours tell the course. */
const HOURS_SHOWN: readonly number[] = [0.5, 1, 2, 4];

/** `48% by half an hour of trading, 52% by 1 h`; a dash where the day is over within half an hour. */
function courseOf(byHours: OrderDecision['answer']['byHours']): string {
  const shown = byHours.filter(({ hours }) => HOURS_SHOWN.includes(hours));
  return shown.map(({ hours, probability }) => `${formatProbability(probability)} by ${hours} h`).join(', ') || '–';
}
