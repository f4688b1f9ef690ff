import { estimate } from './estimate.js';
import { QUANTILE_LEVELS } from './quantile-levels.js';

/** A part of a figure: what adds up over any groups of sessions, so that one pass over them tells of each interval and of all. */
interface Part {
  /** Over rows of `visits`. */
  readonly sql: string;
  /** What a column of it says: of one group, and of several together. */
  readonly each: (column: string) => string;
  readonly all: (column: string) => string;
}

const PART_NAMES = [
  'visitors',
  'users',
  'sessions',
  'views',
  'events',
  'bounces',
  'conversions',
  'converted',
  'durations',
] as const;
type PartName = (typeof PART_NAMES)[number];

/** Reads a part: of one group, or of several put together. */
type Read = (part: PartName) => string;

const sum = (sql: string): Part => ({ sql, each: (column) => column, all: (column) => `sum(${column})` });

/** How many people: those who were seen, or, where events are sampled, those whom they stand for, each by their least weight. */
const people = (sampled: boolean, hash: string, condition?: string): Part => {
  const [suffix, also] = condition === undefined ? ['State', ''] : ['StateIf', `, ${condition}`];
  if (!sampled) {
    return {
      sql: `uniqExact${suffix}(${hash}${also})`,
      each: (column) => `finalizeAggregation(${column})`,
      all: (column) => `uniqExactMerge(${column})`,
    };
  }
  const weights = (map: string) => estimate(`arraySum(tupleElement(${map}, 2))`);
  return {
    sql: `minMap${suffix}([${hash}], [toFloat64(weight)]${also})`,
    each: (column) => weights(`finalizeAggregation(${column})`),
    all: (column) => weights(`minMapMerge(${column})`),
  };
};

/*
 * What was sampled is estimated by how many each event stands for (Horvitz and Thompson, JASA 47 (1952) 663-685), as a whole
 * number; durations are of what was kept. Visitors are told apart by hashes, half as wide as their ids and put together in half
 * the time: a million share one once in 37 million.
 */
const partsFor = (sampled: boolean): Readonly<Record<PartName, Part>> => ({
  visitors: people(sampled, 'cityHash64(visitor)'),
  users: people(sampled, 'cityHash64(user_id)', `user_id != ''`),
  sessions: sum('sum(weight)'),
  views: sum('sum(view_count) + sum(view_left_out)'),
  events: sum('sum(event_count) + sum(event_left_out)'),
  bounces: sum('sumIf(1 + view_left_out, view_count = 1)'),
  conversions: sum('sum(conversion_count * weight)'),
  converted: sum('sumIf(weight, conversion_count > 0)'),
  durations: {
    sql: 'quantileExactInclusiveState(0.5)(duration_ms)',
    each: (column) => `finalizeAggregation(${column})`,
    all: (column) => `quantileExactInclusiveMerge(0.5)(${column})`,
  },
});

const sessions = (read: Read) => estimate(read('sessions'));
const bounces = (read: Read) => estimate(read('bounces'));
const orZero = (read: Read, figure: string) => `if(${sessions(read)} = 0, 0, ${figure})`;

/** Each with its type, and made of parts. */
const FIGURES = {
  visitors: ['UInt64', (read: Read) => read('visitors')],
  users: ['UInt64', (read: Read) => read('users')],
  sessions: ['UInt64', sessions],
  views: ['UInt64', (read: Read) => estimate(read('views'))],
  events: ['UInt64', (read: Read) => estimate(read('events'))],
  conversions: ['UInt64', (read: Read) => estimate(read('conversions'))],
  conversionRatio: ['Float64', (read: Read) => orZero(read, `${read('converted')} / ${read('sessions')}`)],
  bounces: ['UInt64', bounces],
  /** An estimate of bounces may pass the count of sessions. */
  bounceRatio: ['Float64', (read: Read) => orZero(read, `least(1, ${bounces(read)} / ${sessions(read)})`)],
  durationMsMedian: ['Float64', (read: Read) => orZero(read, read('durations'))],
} as const satisfies Readonly<Record<string, readonly [type: string, sql: (read: Read) => string]>>;

type Figure = keyof typeof FIGURES;

export const VISITOR_FIGURES = ['visitors', 'users', 'sessions', 'views'] as const;
export const SESSION_FIGURES = [
  'sessions',
  'visitors',
  'events',
  'views',
  'bounces',
  'bounceRatio',
  'durationMsMedian',
] as const;
export const OVERVIEW_FIGURES = [
  ...VISITOR_FIGURES,
  'events',
  'conversions',
  'conversionRatio',
  'bounces',
  'bounceRatio',
  'durationMsMedian',
] as const;

/** Figures in the words of SQL. */
export interface FigureSql {
  /** Columns of a query over `visits` from which the figures are made: further columns may stand beside them. */
  readonly parts: string;
  /** Columns of a query over rows with such parts, of each row by itself. */
  readonly each: string;
  /** Likewise, of all rows together. */
  readonly all: string;
  /** The same of each row as one value, which JSON shows as an object; `first` stands before the figures. */
  asTuple(first: readonly [name: string, type: string]): string;
}

/** @param sampled - whether any event stands for more than itself. */
export function figureSql(figures: readonly Figure[], sampled: boolean): FigureSql {
  const parts = partsFor(sampled);
  const used = new Set<PartName>();
  const ofOne: Read = (part) => {
    used.add(part);
    return parts[part].each(`part_${part}`);
  };
  const ofAll: Read = (part) => parts[part].all(`part_${part}`);
  const each = figures.map((figure) => FIGURES[figure][1](ofOne));
  return {
    parts: [...used].map((part) => `${parts[part].sql} AS part_${part}`).join(',\n      '),
    each: figures.map((figure, i) => `${each[i]} AS ${figure}`).join(', '),
    all: figures.map((figure) => `${FIGURES[figure][1](ofAll)} AS ${figure}`).join(', '),
    asTuple(first) {
      const types = figures.map((figure) => `${figure} ${FIGURES[figure][0]}`);
      return `CAST((${[first[0], ...each].join(', ')}), 'Tuple(${[first.join(' '), ...types].join(', ')})')`;
    },
  };
}

const surfaceWeight = (surface: 'h5' | 'native') =>
  `if(${surface}_count = 0, 1, 1 + ${surface}_left_out / ${surface}_count)`;

/** Parts of what is compared between surfaces. */
export const surfaceParts = (surface: 'h5' | 'native') => {
  const weight = surfaceWeight(surface);
  return `sumIf(${weight}, ${surface}_count > 0) AS ${surface}_sessions, sumIf(${weight}, ${surface}_count = 1) AS ${surface}_bounced,
      sumIf(${weight}, ${surface}_count > 0 AND conversion_count > 0) AS ${surface}_converted,
      quantilesExactInclusiveStateIf(0.5)(duration_ms, ${surface}_count > 0) AS ${surface}_durations,
      sumIf(${weight} * ${weight}, ${surface}_count > 0) AS ${surface}_squares`;
};

/** Sessions of one surface, as one tuple: how many, that bounced, that converted, how long they took, and the squares of their weights. */
export const surfaceVisits = (surface: 'h5' | 'native') =>
  `(
      sum(${surface}_sessions), sum(${surface}_bounced), sum(${surface}_converted),
      quantilesExactInclusiveMerge(${QUANTILE_LEVELS})(${surface}_durations), sum(${surface}_squares)
    ) AS ${surface}`;
