import type { Host } from '@tidemark/sdk-hybrid-bridge/native';
import { h } from '../dom.js';
import type { Journey } from '../journey.js';

const READ_EVERY_MS = 500;

/** How many events wait in the app, how many left and how, and what was not heard. */
export function createFigures(host: Pick<Host, 'health'>, journey: Journey): HTMLElement {
  const held = figure('held', 'held by the app');
  const sent = figure('sent', 'sent by the app');
  const http = figure('http', 'sent by the page');
  const heard = figure('heard', 'messages heard');
  const refused = h('p', { class: 'caption', 'data-test': 'refused' });

  function show(): void {
    const health = host.health();
    held.show(health.queued);
    sent.show(health.delivered);
    http.show(journey.countOfPages());
    heard.show(health.heard);
    const reasons = Object.entries(health.refused).map(([reason, count]) => `${reason} ${count}`);
    refused.textContent = reasons.length > 0 ? `Not heard: ${reasons.join(', ')}` : 'Nothing was refused.';
  }
  show();
  setInterval(show, READ_EVERY_MS);
  journey.onChange(show);
  return h(
    'section',
    { class: 'panel-part', 'aria-label': 'Figures' },
    h('dl', { class: 'figures' }, held.element, sent.element, http.element, heard.element),
    refused,
  );
}

function figure(name: string, label: string): { readonly element: HTMLElement; show(count: number): void } {
  const value = h('dd', { 'data-test': `figure-${name}` }, '0');
  return {
    element: h('div', {}, h('dt', {}, label), value),
    show(count) {
      value.textContent = String(count);
    },
  };
}
