import type { Reason } from '../models/reasons.js';
import type { CustomerColumns } from './customer-columns.js';
import type { KnownColumns, OrderColumns, OrderQuestion } from './order-columns.js';
import type { RecentColumns } from './recent-columns.js';

type Sentence = (columns: OrderColumns, question: Pick<OrderQuestion, 'side'>) => string;

/** Of the customer, whatever is asked for. */
const CUSTOMER_SENTENCES: Readonly<Record<keyof CustomerColumns, (columns: CustomerColumns) => string>> = {
  trades_settled: ({ trades_settled: count }) => `The customer has ${plural(count, 'settled trade')} so far.`,
  orders_placed: ({ orders_placed: count }) => `The customer has placed ${plural(count, 'order')} before.`,
  own_success: ({ own_success: share }) => `Of the customer's earlier orders about ${percent(share)} were filled.`,
  own_cancelled: ({ own_cancelled: share }) => `The customer cancels about ${percent(share)} of orders.`,
  reputation: ({ reputation }) =>
    reputation === null
      ? 'The platform has not rated the customer.'
      : `The platform rates the customer ${percent(reputation)}.`,
};

/** Of whom nothing is in memory. */
const AVERAGE_SENTENCES: Readonly<Record<keyof CustomerColumns, (columns: CustomerColumns) => string>> = {
  trades_settled: ({ trades_settled: count }) => averageCustomer('who', `has ${plural(count, 'settled trade')} so far`),
  orders_placed: ({ orders_placed: count }) => averageCustomer('who', `has placed ${plural(count, 'order')} before`),
  own_success: ({ own_success: share }) => averageCustomer('of whose orders', `about ${percent(share)} are filled`),
  own_cancelled: ({ own_cancelled: share }) => averageCustomer('who', `cancels about ${percent(share)} of orders`),
  reputation: ({ reputation }) => averageCustomer('whom', `the platform rates ${percent(reputation ?? 0)}`),
};

const RECENT_SENTENCES: Readonly<Record<keyof RecentColumns, (columns: RecentColumns) => string>> = {
  events_10m: ({ events_10m: count }) => ofLate(count, 'was', times(count, 'seen'), 'in the last ten minutes'),
  views_1h: ({ views_1h: count }) => ofLate(count, 'looked at', some(count, 'page'), 'in the last hour'),
  orders_1h: ({ orders_1h: count }) => ofLate(count, 'placed', some(count, 'order'), 'in the last hour'),
  orders_24h: ({ orders_24h: count }) => ofLate(count, 'placed', some(count, 'order'), 'in the last 24 hours'),
  orders_cancelled_24h: ({ orders_cancelled_24h: count }) =>
    ofLate(count, 'cancelled', some(count, 'order'), 'in the last 24 hours'),
  devices_24h: ({ devices_24h: count }) => ofLate(count, 'used', some(count, 'device'), 'in the last 24 hours'),
};

/** Each names the fact as it is; the points behind it say how much it costs against the average order. */
const SENTENCES: Readonly<Record<keyof OrderColumns, Sentence>> = {
  ...CUSTOMER_SENTENCES,
  ...RECENT_SENTENCES,
  product: ({ product }) => `Orders for ${product} are filled less often than others.`,
  price_edge: ({ price_edge: edge }, { side }) => {
    if (edge === null) return 'No market price of the product is known yet.';
    if (Math.abs(edge) < 0.005) return 'The limit is at the market price.';
    const towards = side === 'subscribe' ? ['below', 'above'] : ['above', 'below'];
    return `The limit is ${Math.abs(edge).toFixed(2)} % ${towards[edge < 0 ? 0 : 1]} the market price.`;
  },
  amount: ({ amount }) =>
    `The order is for ${Math.round(amount).toLocaleString('en')}, a size that is harder to match.`,
  hours_to_cut_off: ({ hours_to_cut_off: hours }) =>
    hours === null ? 'The cut-off of its day is not known.' : `It is ${duration(hours)} to the cut-off.`,
  weekday: ({ weekday }) => `Orders do worse on this day of the week${weekday === null ? '' : ` (day ${weekday})`}.`,
  orders_ahead: ({ orders_ahead: count }) => `${plural(count, 'open order')} would be served before.`,
  shares_ahead: ({ shares_ahead: shares }) =>
    `${Math.round(shares).toLocaleString('en')} shares stand before it in the queue.`,
  crowd: ({ crowd }, { side }) =>
    `Many others ${side} the same product of late (about ${plural(Math.round(crowd), 'order')}).`,
  other_side_crowd: ({ other_side_crowd: crowd }) =>
    crowd < 0.5
      ? 'Nobody stands on the other side of late.'
      : `Few stand on the other side of late (about ${plural(Math.round(crowd), 'order')}).`,
  rush: ({ rush }) => `Of the recent orders on this side ${percent(rush)} came within minutes.`,
  loan_rate: ({ loan_rate: rate }) =>
    rate === null ? 'No loan rate is known.' : `The loan rate stands at ${Math.round(100 * rate) / 100} %.`,
};

/** The model's reasons as sentences about this order. */
export function orderReasons(
  reasons: readonly Reason[],
  columns: KnownColumns,
  question: Pick<OrderQuestion, 'side'>,
): readonly Reason[] {
  const { uncertain = [] } = columns;
  return worded(reasons, (name) => {
    if (!isColumn(name)) return undefined;
    const sentence = SENTENCES[name](columns, question);
    if (!uncertain.includes(name) || columns[name] === null) return sentence;
    return isOfCustomer(name) ? AVERAGE_SENTENCES[name](columns) : asFarAsKnown(sentence);
  });
}

/** The card's reasons as sentences about this customer. */
export function customerReasons(reasons: readonly Reason[], columns: CustomerColumns): readonly Reason[] {
  const sentences: Readonly<Record<string, (columns: CustomerColumns) => string>> = CUSTOMER_SENTENCES;
  return worded(reasons, (name) => sentences[name]?.(columns));
}

function worded(reasons: readonly Reason[], sentenceOf: (feature: string) => string | undefined): readonly Reason[] {
  return reasons.map((reason) => ({
    ...reason,
    text: `${sentenceOf(reason.feature) ?? reason.text} It costs ${plural(Math.round(-reason.points), 'point')}.`,
  }));
}

function isColumn(name: string): name is keyof OrderColumns {
  return Object.hasOwn(SENTENCES, name);
}

function isOfCustomer(name: string): name is keyof CustomerColumns {
  return Object.hasOwn(AVERAGE_SENTENCES, name);
}

function averageCustomer(who: string, does: string): string {
  return `The customer is taken for an average one, ${who} ${does}.`;
}

/** A sentence about a number that may be larger. */
function asFarAsKnown(sentence: string): string {
  return `As far as is known, ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}

function ofLate(count: number | null, ...did: readonly string[]): string {
  return count === null ? 'What the customer did of late is not known.' : `The customer ${did.join(' ')}.`;
}

function times(count: number | null, done: string): string {
  return count === 0 ? `not ${done}` : count === 1 ? `${done} once` : `${done} ${count ?? 0} times`;
}

function some(count: number | null, thing: string): string {
  return count === 0 ? `no ${thing}` : plural(count ?? 0, thing);
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** An average customer has done things by halves. */
function plural(count: number, thing: string): string {
  const shown = Math.round(10 * count) / 10;
  return `${shown} ${thing}${shown === 1 ? '' : 's'}`;
}

function duration(hours: number): string {
  return hours < 1 ? plural(Math.round(60 * hours), 'minute') : plural(hours, 'hour');
}
