import type { OrderSide } from '@tidemark/protocol';
import { sigmoid } from '../../stats/sigmoid.js';

/** What decides, in this market, whether an order is filled: all of it known when the order is placed. */
export interface OrderFacts {
  readonly side: OrderSide;
  /** Limit against the reference price: 0.01 is one per cent above. */
  readonly premiumRatio: number;
  /** Money of the order. */
  readonly amount: number;
  /** Until the cut-off of its trade day. */
  readonly hoursLeft: number;
  /** 0..1. */
  readonly reputation: number;
  readonly settledCount: number;
  /** Per cent a year. */
  readonly loanRate: number;
  /** Orders of the same side in this product of late: what a queue feels like. */
  readonly crowd: number;
}

export interface SuccessProbability {
  /** That any of it is filled. */
  readonly success: number;
  /** That it is filled whole. */
  readonly full: number;
}

/**
 * The law of this market; made up, and deliberately no straight line in anything: price saturates, size hurts from a point on,
 * the last hour hurts steeply, a loan rate helps up to 3.2 per cent and hurts beyond, trading helps less and less.
 * To six decimals: what is drawn against is what is told.
 */
export function successProbability(facts: OrderFacts): SuccessProbability {
  const { side, premiumRatio, amount, hoursLeft, reputation, settledCount, loanRate, crowd } = facts;
  const eagerness = side === 'subscribe' ? premiumRatio : -premiumRatio;
  const size = Math.log(amount / 20_000);
  const sizeCost = size > 0 ? 0.55 * size * size : 0;
  const lateCost = 1.6 * Math.exp(-hoursLeft / 0.7);
  const rateEffect = side === 'subscribe' ? -1.8 * (loanRate - 3.2) ** 2 : 1.1 * Math.tanh(2 * (3.3 - loanRate));
  const crowdCost = (side === 'subscribe' ? 0.45 : 0.8) * Math.log1p(crowd / 6);
  const score =
    1.1 +
    2.2 * Math.tanh(eagerness / 0.004) -
    sizeCost -
    lateCost +
    2.4 * (reputation - 0.6) +
    0.35 * Math.log1p(settledCount) +
    rateEffect -
    crowdCost;
  const success = clamp(sigmoid(score));
  const whole = sigmoid(
    1.5 - 0.8 * Math.max(0, size) + 1.2 * Math.tanh(eagerness / 0.006) - 0.3 * Math.log1p(crowd / 10),
  );
  return { success, full: clamp(success * whole) };
}

/** Nothing is certain. */
function clamp(probability: number): number {
  return Number(Math.min(0.995, Math.max(0.005, probability)).toFixed(6));
}
