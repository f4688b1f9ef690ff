import { h } from '../dom.js';
import type { Formats } from '../format.js';

/** Below this share of the total the bar turns amber: it is about to sell out. */
const LOW_RATIO = 0.05;

/** How much of a product is left. A `progress` element, so that no inline style is needed under the strict CSP. */
export function remainingBar(remaining: number, total: number, formats: Formats): HTMLElement {
  const ratio = remaining / total;
  const text = remaining === 0 ? 'Sold out' : `${formats.wholePercent(ratio)} left`;
  return h(
    'div',
    { class: ratio < LOW_RATIO ? 'remaining remaining-low' : 'remaining' },
    h('progress', { max: total, value: remaining, 'aria-label': 'Remaining shares' }),
    h('span', {}, text),
  );
}
