import { areaChart, type ChartBox, placePoints } from '../charts.js';
import { h } from '../dom.js';
import type { Formats } from '../format.js';
import type { Quote } from '../market.js';

const BOX: ChartBox = { width: 320, height: 132, padY: 10 };

/** The rate over time. Sliding a finger or the pointer along the chart reads one day off it. */
export function rateChart(quotes: readonly Quote[], formats: Formats): HTMLElement {
  const rates = quotes.map((quote) => quote.rateRatio);
  const low = Math.min(...rates);
  const high = Math.max(...rates);
  const points = placePoints(rates, BOX);
  const label = `Expected annual rate, between ${formats.rate(low)} and ${formats.rate(high)}`;
  const readout = h('figcaption', { class: 'chart-readout', 'data-test': 'chart-readout' });
  const cursor = h('span', { class: 'chart-cursor', hidden: true });
  const plot = h('div', { class: 'chart-plot' }, areaChart(points, BOX, label), cursor);
  readLatest();

  function readLatest(): void {
    cursor.hidden = true;
    read(quotes.length - 1);
  }
  function read(index: number): void {
    const quote = quotes[index];
    if (quote) readout.replaceChildren(h('strong', {}, formats.rate(quote.rateRatio)), ` on ${formats.day(quote.day)}`);
  }
  function onMove(event: PointerEvent): void {
    const bounds = plot.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (event.clientX - bounds.left) / bounds.width));
    const index = Math.round(part * (quotes.length - 1));
    const point = points[index];
    if (!point) return;
    read(index);
    cursor.hidden = false;
    cursor.style.setProperty('--x', String(point.x / BOX.width));
    cursor.style.setProperty('--y', String(point.y / BOX.height));
  }
  plot.addEventListener('pointermove', onMove);
  plot.addEventListener('pointerdown', onMove);
  plot.addEventListener('pointerleave', readLatest);

  const [first, last] = [quotes[0], quotes.at(-1)];
  return h(
    'figure',
    { class: 'chart' },
    readout,
    plot,
    h('div', { class: 'chart-scale', 'aria-hidden': 'true' }, ...[high, (high + low) / 2, low].map(scaleMark)),
    h(
      'div',
      { class: 'chart-days', 'aria-hidden': 'true' },
      h('span', {}, first ? formats.shortDay(first.day) : ''),
      h('span', {}, last ? formats.shortDay(last.day) : ''),
    ),
  );

  function scaleMark(ratio: number): HTMLElement {
    return h('span', {}, formats.rate(ratio));
  }
}
