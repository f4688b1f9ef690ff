import type { Health } from '@tidemark/sdk-web';
import { h } from '../dom.js';
import { icon } from './icons.js';
import { describeStatus } from './status-text.js';

const POLL_MS = 1_000;

/** Shows that the SDK keeps events while the network is away. A tap folds it down to its dot. */
export function createStatusChip(health: () => Health | undefined): HTMLElement {
  const text = h('span', { class: 'status-text', 'data-test': 'status-text' });
  const counts = h('span', { class: 'status-counts', 'data-test': 'status-counts' });
  const chip = h(
    'button',
    { type: 'button', class: 'status', 'aria-expanded': 'true', 'data-test': 'status', onclick: toggle },
    h('span', { class: 'status-dot' }),
    text,
    counts,
    icon('chevron'),
  );
  let timer: ReturnType<typeof setInterval> | undefined;

  function toggle(): void {
    chip.setAttribute('aria-expanded', String(chip.getAttribute('aria-expanded') !== 'true'));
  }
  function show(): void {
    const status = describeStatus(health(), navigator.onLine);
    chip.dataset.tone = status.tone;
    text.textContent = status.text;
    counts.textContent = status.counts;
    chip.setAttribute('aria-label', `Analytics status: ${status.text}. ${status.counts}`);
  }
  /** A page nobody looks at has nothing to show. */
  function pollWhileVisible(): void {
    clearInterval(timer);
    if (document.hidden) return;
    show();
    timer = setInterval(show, POLL_MS);
  }
  document.addEventListener('visibilitychange', pollWhileVisible);
  addEventListener('online', show);
  addEventListener('offline', show);
  pollWhileVisible();
  return chip;
}
