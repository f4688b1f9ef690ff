import { h } from '../dom.js';
import { amountOf } from '../money.js';
import type { OrderOutcome } from '../portfolio.js';
import type { Shop } from '../shop.js';
import { explainRefusal } from '../trade.js';
import { type Fact, factTable } from '../ui/facts.js';
import { createSharesStepper, type QuickPick } from '../ui/shares-stepper.js';

export interface OrderFormOptions {
  readonly side: 'subscribe' | 'sell';
  readonly initialShares: number;
  readonly step: number;
  readonly min: number;
  readonly max: number;
  readonly price: number;
  readonly quickPicks: readonly QuickPick[];
  readonly hint: string;
  /** Rows under the amount; they may depend on the shares entered. */
  facts(shares: number): readonly Fact[];
  /** Tries the order and, when placed, shows that it was. */
  confirm(shares: number): OrderOutcome;
}

/** Shares in, amount out, one button. Used for subscriptions and for sales. */
export function orderForm(shop: Shop, options: OrderFormOptions): HTMLElement {
  const { side, price, min, max, step } = options;
  const summary = h('div', {});
  const problem = h('p', { class: 'problem', role: 'alert', 'data-test': 'problem' });
  let started = false;
  const stepper = createSharesStepper({
    initial: options.initialShares,
    step,
    min,
    max,
    quickPicks: options.quickPicks,
    onChange,
  });
  showSummary(options.initialShares);

  function onChange(shares: number): void {
    if (!started) shop.analytics.formStarted(side);
    started = true;
    problem.textContent = '';
    showSummary(shares);
  }
  function showSummary(shares: number): void {
    const amount = Number.isFinite(shares) ? shop.formats.amount(amountOf(shares, price)) : '–';
    summary.replaceChildren(
      factTable([
        { label: 'Price per share', value: shop.formats.price(price), test: 'price' },
        { label: 'Amount', value: amount, test: 'amount', tone: 'strong' },
        ...options.facts(Number.isFinite(shares) ? shares : 0),
      ]),
    );
  }
  function onSubmit(event: Event): void {
    event.preventDefault();
    const outcome = options.confirm(stepper.shares());
    if (outcome.kind === 'refused') problem.textContent = explainRefusal(outcome.reason);
  }
  return h(
    'form',
    { class: 'stack', novalidate: true, onsubmit: onSubmit },
    h(
      'section',
      { class: 'card stack-tight' },
      h('label', { class: 'field-label', for: 'shares' }, 'Shares'),
      stepper.element,
      h('p', { class: 'caption' }, options.hint),
    ),
    h('section', { class: 'card' }, summary),
    problem,
    h(
      'button',
      { type: 'submit', class: 'button button-wide', 'data-test': `confirm-${side}` },
      side === 'subscribe' ? 'Confirm subscription' : 'Confirm sale',
    ),
  );
}
