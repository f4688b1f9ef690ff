import { h } from '../dom.js';
import type { Shop } from '../shop.js';
import { icon } from '../ui/icons.js';

/** T+1 would make a demo wait until tomorrow: this moves the shop's calendar, see `clock.ts`. */
export function dayCard(shop: Shop, onSkipped: () => void): HTMLElement {
  function skip(): void {
    shop.clock.skipToNextWorkingDay();
    shop.analytics.daySkipped();
    onSkipped();
  }
  return h(
    'section',
    { class: 'day-card', 'aria-label': 'Demo calendar' },
    icon('clock'),
    h('p', {}, 'Demo calendar: ', h('strong', { 'data-test': 'today' }, shop.formats.day(shop.clock.today()))),
    h('button', { type: 'button', class: 'chip', 'data-test': 'next-day', onclick: skip }, 'Next working day'),
  );
}
