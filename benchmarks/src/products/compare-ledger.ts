import type {
  Ledger,
  ProductDayLedger,
  SimulationTruth,
  SurfaceLedger,
  TimesLedger,
} from '@tidemark/analytics/simulator';
import { hodgesLehmann, lsvHerding, newcombeDifference, upperNormalQuantile } from '@tidemark/analytics/stats';
import type {
  FunnelReport,
  OverviewReport,
  PagesReport,
  ProductDaysAnswer,
  SurfaceComparison,
  SurfacesReport,
  TransitionsReport,
} from '@tidemark/protocol';

/** Asks the collector for a report with a read key. */
export type Ask = <T>(path: string) => Promise<T>;

export interface LedgerComparison {
  /** Figures of the ledger that were held against the reports. */
  readonly compared: number;
  /** What differed, one sentence each. */
  readonly differences: readonly string[];
}

const DAY_MS = 86_400_000;
/** Sums over floats come in another order from the store. */
const RELATIVE = 1e-9;
const SURFACES = ['h5', 'native'] as const;
const ROWS_MAX = 10_000;
/** One side of 95 %. */
const TAIL = 0.025;

/**
 * Holds every number of the reports on H5 and native, on orders and on products against what the simulator wrote down itself.
 * What reports make of counts (intervals, herding) is made of the ledger's counts.
 */
export async function compareLedger(ask: Ask, { ledger, startAt, days }: SimulationTruth): Promise<LedgerComparison> {
  const book = createComparison();
  const range = `from=${startAt - DAY_MS}&to=${startAt + (days + 10) * DAY_MS}`;
  await compareVisits(ask, range, ledger, book);
  await comparePages(ask, range, ledger, book);
  await compareWays(ask, range, ledger, book);
  await compareFunnels(ask, range, ledger, book);
  await compareContent(ask, range, ledger, book);
  book.hold('products', productsOf(ledger), productAnswer(await ask<ProductDaysAnswer>(`/v1/products?${range}`)));
  return book.result();
}

interface Comparison {
  /** Each figure of the first, by its name, against that of the second. */
  hold(what: string, expected: unknown, found: unknown): void;
  result(): LedgerComparison;
}

function createComparison(): Comparison {
  const differences: string[] = [];
  let compared = 0;
  function hold(what: string, expected: unknown, found: unknown): void {
    if (typeof expected === 'object' && expected !== null) {
      for (const [name, value] of Object.entries(expected))
        hold(`${what} ${name}`, value, (found as Readonly<Record<string, unknown>> | undefined)?.[name]); // by names alone
      return;
    }
    compared += 1;
    if (!same(expected, found)) differences.push(`${what}: ${expected} by the ledger, ${found} by the report`);
  }
  return { hold, result: () => ({ compared, differences }) };
}

function same(expected: unknown, found: unknown): boolean {
  if (typeof expected !== 'number' || typeof found !== 'number') return expected === found;
  return Math.abs(expected - found) <= RELATIVE * Math.max(1, Math.abs(expected));
}

async function compareVisits(ask: Ask, range: string, ledger: Ledger, book: Comparison): Promise<void> {
  const whole = await ask<OverviewReport>(`/v1/reports/overview?${range}&timeZone=Asia/Shanghai`);
  book.hold('overview', ledger.visits, whole.totals);
  const daysOf = ({ rows }: OverviewReport) =>
    new Map(rows.map((row) => [new Date(row.at + 8 * 3_600_000).toISOString().slice(0, 10), row]));
  book.hold('overview days', ledger.visitDays.length, whole.rows.length);
  for (const { day, ...figures } of ledger.visitDays) book.hold(`overview ${day}`, figures, daysOf(whole).get(day));
  const { h5, native } = ledger.surfaces;
  book.hold(
    'overview comparison',
    comparisonOf([
      ratios('bounceRatio', (one) => one.bounces),
      ratios('conversionRatio', (one) => one.converted),
      times('durationMs', (one) => one.durationMs),
    ]),
    named(whole.comparison),
  );
  for (const surface of SURFACES) {
    const { totals } = await ask<OverviewReport>(`/v1/reports/overview?${range}&surface=${surface}`);
    const {
      converted: _c,
      durationMs: _t,
      dwellMs: _d,
      entered: _e,
      enteredOnce: _o,
      ...figures
    } = ledger.surfaces[surface];
    book.hold(`overview ${surface}`, figures, totals);
  }

  function ratios(figure: string, of: (one: SurfaceLedger) => number): Made {
    return ratioOf(figure, [of(h5), h5.sessions], [of(native), native.sessions]);
  }
  function times(figure: string, of: (one: SurfaceLedger) => TimesLedger): Made {
    return timesOf(figure, of(h5), of(native));
  }
}

async function comparePages(ask: Ask, range: string, ledger: Ledger, book: Comparison): Promise<void> {
  const whole = await ask<PagesReport>(`/v1/reports/pages?${range}&limit=${ROWS_MAX}`);
  const keyOf = ({ page, surface }: { readonly page: string; readonly surface: string }) => `${surface} ${page}`;
  const rows = new Map(whole.rows.map((row) => [keyOf(row), row]));
  book.hold('pages rows', ledger.pages.length, whole.rows.length);
  for (const page of ledger.pages) book.hold(`page ${keyOf(page)}`, page, rows.get(keyOf(page)));
  const { views, visitors, sessions } = ledger.visits;
  book.hold('pages', { views, visitors, sessions }, whole.totals);
  const { h5, native } = ledger.surfaces;
  book.hold(
    'pages comparison',
    comparisonOf([
      timesOf('dwellMs', h5.dwellMs, native.dwellMs),
      ratioOf('bounceRatio', [h5.enteredOnce, h5.entered], [native.enteredOnce, native.entered]),
    ]),
    named(whole.comparison),
  );
  for (const surface of SURFACES) {
    const { totals } = await ask<PagesReport>(`/v1/reports/pages?${range}&surface=${surface}`);
    const own = ledger.surfaces[surface];
    book.hold(`pages ${surface}`, { views: own.views, visitors: own.visitors, sessions: own.sessions }, totals);
  }
}

async function compareWays(ask: Ask, range: string, ledger: Ledger, book: Comparison): Promise<void> {
  const whole = await ask<TransitionsReport>(`/v1/reports/transitions?${range}&limit=${ROWS_MAX}`);
  const keyOf = ({ fromPage, page, surface, way }: Ledger['ways'][number]) => `${fromPage} > ${page} ${surface} ${way}`;
  const rows = new Map(whole.rows.map((row) => [keyOf(row), row]));
  book.hold('ways', ledger.ways.length, whole.rows.length);
  for (const way of ledger.ways) book.hold(`way ${keyOf(way)}`, way, rows.get(keyOf(way)));
  const count = (test: (way: Ledger['ways'][number]) => boolean) =>
    ledger.ways.filter(test).reduce((sum, { transitions }) => sum + transitions, 0);
  book.hold('transitions', { transitions: count(() => true) }, whole.totals);
  const back = (on: string) =>
    [count(({ surface, way }) => surface === on && way === 'back'), count(({ surface }) => surface === on)] as const;
  book.hold(
    'transitions comparison',
    comparisonOf([ratioOf('backRatio', back('h5'), back('native'))]),
    named(whole.comparison),
  );
}

async function compareFunnels(ask: Ask, range: string, ledger: Ledger, book: Comparison): Promise<void> {
  for (const side of ['subscribe', 'sell'] as const) {
    const steps = JSON.stringify([
      { order: side, phase: 'intent' },
      { order: side, phase: 'placed' },
    ]);
    const path = `/v1/reports/funnel?${range}&steps=${encodeURIComponent(steps)}`;
    const whole = await ask<FunnelReport>(path);
    const { all, h5, native } = ledger.funnels[side];
    book.hold(`funnel ${side}`, funnelOf(all), whole);
    book.hold(
      `funnel ${side} comparison`,
      comparisonOf([ratioOf('step2Ratio', [h5[1], h5[0]], [native[1], native[0]])]),
      named(whole.comparison),
    );
    for (const surface of SURFACES)
      book.hold(
        `funnel ${side} ${surface}`,
        funnelOf(ledger.funnels[side][surface]),
        await ask<FunnelReport>(`${path}&surface=${surface}`),
      );
  }
}

function funnelOf([intended, placed]: readonly [number, number]) {
  const ratio = intended === 0 ? 0 : placed / intended;
  return {
    rows: [
      { step: 1, visitors: intended, ratio: intended === 0 ? 0 : 1, stepRatio: 1 },
      { step: 2, visitors: placed, ratio, stepRatio: ratio },
    ],
    totals: { visitors: intended, converted: placed, ratio },
  };
}

async function compareContent(ask: Ask, range: string, ledger: Ledger, book: Comparison): Promise<void> {
  const whole = await ask<SurfacesReport>(`/v1/reports/surfaces?${range}&by=template&limit=${ROWS_MAX}`);
  const keyOf = ({ name, surface }: { readonly name: string; readonly surface: string }) => `${surface} ${name}`;
  const rows = new Map(whole.rows.map((row) => [keyOf(row), row]));
  book.hold('templates', ledger.content.length, whole.rows.length);
  for (const content of ledger.content) book.hold(`template ${keyOf(content)}`, content, rows.get(keyOf(content)));
}

type Made = Pick<SurfaceComparison, 'figure' | 'h5' | 'native'> & {
  readonly differ: (
    z?: number,
  ) => { readonly difference: number; readonly low: number; readonly high: number } | undefined;
};

function ratioOf(figure: string, h5: readonly [number, number], native: readonly [number, number]): Made {
  const side = ([count, of]: readonly [number, number]) => ({ value: of === 0 ? null : count / of, count: of });
  const tried = ([successes, trials]: readonly [number, number]) => ({ successes, trials });
  return {
    figure,
    h5: side(h5),
    native: side(native),
    differ: (z) => newcombeDifference(tried(h5), tried(native), z),
  };
}

function timesOf(figure: string, h5: TimesLedger, native: TimesLedger): Made {
  const side = ({ count, quantiles }: TimesLedger) => {
    const half = quantiles.length / 2;
    return { value: count === 0 ? null : ((quantiles[half - 1] ?? 0) + (quantiles[half] ?? 0)) / 2, count };
  };
  const sample = ({ count, quantiles: values }: TimesLedger) => ({ values, count });
  return {
    figure,
    h5: side(h5),
    native: side(native),
    differ: (z) => hodgesLehmann(sample(h5), sample(native), z),
  };
}

/** What the reports make of the ledger's counts, by the name of the figure. */
function comparisonOf(made: readonly Made[]): Readonly<Record<string, Partial<SurfaceComparison>>> {
  const together = upperNormalQuantile(TAIL / made.length);
  return Object.fromEntries(
    made.map(({ figure, h5, native, differ }) => {
      const { difference = null, low = null, high = null } = differ() ?? {};
      const { low: lowTogether = null, high: highTogether = null } = differ(together) ?? {};
      return [figure, { h5, native, difference, low, high, lowTogether, highTogether }];
    }),
  );
}

function named(comparison: readonly SurfaceComparison[]) {
  return Object.fromEntries(comparison.map((one) => [one.figure, one]));
}

/** By product and day, with what the report makes of it: the share filled, and herding beside all products of the day. */
function productsOf({ productDays, products }: Ledger) {
  const ofDay = (day: string) => productDays.filter((one) => one.day === day);
  const total = (rows: readonly ProductDayLedger[], of: 'buyers' | 'sellers') =>
    rows.reduce((sum, row) => sum + row[of], 0);
  const sideOf = (side: ProductDayLedger['sales']) => ({
    ...side,
    fillRatio: side.orderedShares > 0 ? side.filledShares / side.orderedShares : null,
  });
  const uniqueBuyers = (day: string) => [total(ofDay(day), 'buyers'), total(ofDay(day), 'sellers')] as const;
  return {
    count: productDays.length,
    refused: 0,
    totals: products,
    days: Object.fromEntries(
      productDays.map((row) => {
        const [buyers, sellers] = uniqueBuyers(row.day);
        const herding = lsvHerding(row, buyers + sellers === 0 ? 0 : buyers / (buyers + sellers));
        return [
          `${row.productId} ${row.day}`,
          {
            ...row,
            subscriptions: sideOf(row.subscriptions),
            sales: sideOf(row.sales),
            herding: herding.kind === 'measured' ? herding.value : null,
          },
        ];
      }),
    ),
  };
}

function productAnswer({ rows, refused }: ProductDaysAnswer) {
  const totals: Record<string, Record<string, number>> = {};
  for (const { productId, subscriptions, sales } of rows) {
    const book = totals[productId] ?? {};
    totals[productId] = book;
    const add = (name: string, value: number) => {
      book[name] = (book[name] ?? 0) + value;
    };
    add('subscriptions', subscriptions.orderCount + subscriptions.rejectedCount);
    add('sales', sales.orderCount + sales.rejectedCount);
    add('subscribedShares', subscriptions.orderedShares + subscriptions.rejectedShares);
    add('soldShares', sales.orderedShares + sales.rejectedShares);
    add('filledSubscriptionShares', subscriptions.filledShares);
    add('filledSaleShares', sales.filledShares);
  }
  return {
    count: rows.length,
    refused: Object.values(refused).reduce((sum, count) => sum + count, 0),
    totals,
    days: Object.fromEntries(rows.map((row) => [`${row.productId} ${row.day}`, row])),
  };
}
