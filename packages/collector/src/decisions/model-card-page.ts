import { ORDER_SIDES } from '@tidemark/analytics/scores';
import type { SuccessCard, TargetCard } from './model-card.js';

const STYLE = `body{font:15px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}
table{border-collapse:collapse}td,th{padding:.2em .8em;border-bottom:1px solid #ccc;text-align:right}
figure{display:inline-block;vertical-align:top;margin:0 1.5em 1.5em 0}figcaption{font-weight:bold}
figure table{font-size:12px}svg{display:block}.moved{color:#a00}`;

/** The card as a page without scripts; every text in it is escaped. */
export function modelCardPage(card: SuccessCard): string {
  const { version, sides, customer } = card;
  const parts = ORDER_SIDES.flatMap((side) =>
    (['any', 'full'] as const).map((target) => section(`${side}: ${target} fill`, sides[side][target])),
  );
  const activity = ORDER_SIDES.map((side) => `<p>${escaped(sides[side].activity.text)}</p>`).join('');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Model ${escaped(version)}</title>
<style>${STYLE}</style>
<h1>Success of orders, model ${escaped(version)}</h1>${activity}${parts.join('')}${customerPart(customer)}</html>\n`;
}

function customerPart(customer: SuccessCard['customer']): string {
  if (!customer) return '';
  if ('refused' in customer) return `<h2>Customers</h2><p>${escaped(customer.refused)}</p>`;
  const rows = customer.bands.map(({ name, fromPoints, orders, success, interval, decision }) => [
    name,
    fromPoints === null ? 'below' : `from ${Math.round(fromPoints)}`,
    String(orders),
    `${percent(success)} (${percent(interval.low)} to ${percent(interval.high)})`,
    decision,
  ]);
  const bands = table(['band', 'points', 'orders', 'went through', 'decision'], rows);
  return section('Customers: the next order, whatever it is', customer, `<h3>Bands</h3>${bands}`);
}

function section(title: string, card: TargetCard, more = ''): string {
  const { rowCount, positiveCount, heldOutLogLoss, baseLogLoss, trainedAtMs, fingerprint, notes } = card;
  const facts = [
    ['Orders learnt from', String(rowCount)],
    ['Of these filled', percent(positiveCount / rowCount)],
    ['Log-loss on orders not seen', `${heldOutLogLoss.toFixed(4)} (base rate ${baseLogLoss.toFixed(4)})`],
    ['Trained', trainedAtMs === null ? 'not said' : new Date(trainedAtMs).toISOString()],
    ['Fingerprint of the data', fingerprint.slice(0, 16)],
  ];
  const calibration = card.calibration.map(({ score, low, high }) => [
    score.toFixed(3),
    low.toFixed(3),
    high.toFixed(3),
  ]);
  return `<h2>${escaped(title)}</h2>${table([], facts)}
${notes.map((note) => `<p>${escaped(note)}</p>`).join('')}${more}
<h3>Calibration</h3>${table(['said', 'at least', 'at most'], calibration)}
<h3>Shapes: points that a value adds against the average order</h3>${card.shapes.map(shapeFigure).join('')}
<h3>Stability</h3>${stabilityPart(card.stability)}`;
}

const BAR_WIDTH = 160;
const BAR_HEIGHT = 18;

/** A bar for each step, to the right of the middle where it brings points, to the left where it costs some. */
function shapeFigure({ name, steps }: TargetCard['shapes'][number]): string {
  const drawn = steps.filter(({ points, rows }) => points !== null && rows > 0);
  const most = Math.max(1, ...drawn.map(({ points }) => Math.abs(points ?? 0)));
  const rows = drawn.map(({ value, points, rows: count }) => {
    const length = (Math.abs(points ?? 0) / most) * (BAR_WIDTH / 2);
    const left = BAR_WIDTH / 2 - ((points ?? 0) < 0 ? length : 0);
    const bar = `<svg width="${BAR_WIDTH}" height="${BAR_HEIGHT}" role="img" aria-label="${Math.round(points ?? 0)} points"><rect x="${left.toFixed(1)}" y="2" width="${length.toFixed(1)}" height="${BAR_HEIGHT - 4}" fill="${(points ?? 0) < 0 ? '#c33' : '#286'}"/></svg>`;
    return `<tr><td>${escaped(value)}</td><td>${bar}</td><td>${Math.round(points ?? 0)}</td><td>${count}</td></tr>`;
  });
  return `<figure><figcaption>${escaped(name)}</figcaption><table><tr><th>value</th><th></th><th>points</th><th>orders</th></tr>${rows.join('')}</table></figure>`;
}

function stabilityPart(stability: TargetCard['stability']): string {
  if (!stability) return '<p>Nothing was asked of it yet that the store could tell.</p>';
  const rows = stability.lines.map(({ name, stability: one }) =>
    one
      ? `<tr${one.moved ? ' class="moved"' : ''}><td>${escaped(name)}</td><td>${one.psi.toFixed(3)}</td><td>${one.critical.toFixed(3)}</td><td>${one.moved ? one.habit : 'within chance'}</td></tr>`
      : `<tr><td>${escaped(name)}</td><td></td><td></td><td>nothing to compare</td></tr>`,
  );
  return `<p>The last ${stability.decisions} decisions beside the orders learnt from. Chance alone exceeds the critical value once in twenty.</p>
<table><tr><th></th><th>PSI</th><th>critical</th><th></th></tr>${rows.join('')}</table>`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const top = head.length > 0 ? `<tr>${head.map((cell) => `<th>${escaped(cell)}</th>`).join('')}</tr>` : '';
  return `<table>${top}${rows.map((row) => `<tr>${row.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`).join('')}</table>`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
