import { estimate } from './estimate.js';
import { QUANTILE_LEVELS } from './quantile-levels.js';

/** A part of a figure: what adds up over any groups of sessions, so that one pass over them tells of each interval and of all. */
interface Part {
  /** Over rows of `visits`. */
  readonly sql: string;
  /** The function whose state it is; a sum unless told. */
  readonly stateOf?: string;
}

/** Reads a part: of one group, or of several put together. */
type Read = (part: keyof typeof PARTS) => string;

/*
 * What was sampled is estimated by how many each event stands for (Horvitz and Thompson, JASA 47 (1952) 663-685), as a whole
 * number. Visitors, users and durations are of what was kept. Visitors are told apart by hashes, half as wide as their ids and
 * put together in half the time: a million share one once in 37 million.
 */
const PARTS = {
  visitors: { sql: 'uniqExactState(cityHash64(visitor))', stateOf: 'uniqExact' },
  users: { sql: `uniqExactStateIf(cityHash64(user_id), user_id != '')`, stateOf: 'uniqExact' },
  sessions: { sql: 'sum(weight)' },
  views: { sql: 'sum(view_count) + sum(view_left_out)' },
  events: { sql: 'sum(event_count) + sum(event_left_out)' },
  bounces: { sql: 'sumIf(1 + view_left_out, view_count = 1)' },
  conversions: { sql: 'sum(conversion_count * weight)' },
  converted: { sql: 'sumIf(weight, conversion_count > 0)' },
  durations: { sql: 'quantileExactInclusiveState(0.5)(duration_ms)', stateOf: 'quantileExactInclusive(0.5)' },
} as const satisfies Readonly<Record<string, Part>>;

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

const ofOne: Read = (part) => {
  const { stateOf }: Part = PARTS[part];
  return stateOf === undefined ? `part_${part}` : `finalizeAggregation(part_${part})`;
};
const ofAll: Read = (part) => {
  const { stateOf }: Part = PARTS[part];
  if (stateOf === undefined) return `sum(part_${part})`;
  const [name = '', level] = stateOf.split('(');
  return `${name}Merge${level === undefined ? '' : `(${level}`}(part_${part})`;
};

/** Columns of a query over `visits` from which the figures are made: further columns may stand beside them. */
export function partsOf(figures: readonly Figure[]): string {
  const used = new Set<keyof typeof PARTS>();
  const note: Read = (part) => {
    used.add(part);
    return part;
  };
  for (const figure of figures) FIGURES[figure][1](note);
  return [...used].map((part) => `${PARTS[part].sql} AS part_${part}`).join(',\n      ');
}

/** Columns of a query over rows with such parts, of each row by itself. */
export function figuresOfEach(figures: readonly Figure[]): string {
  return figures.map((figure) => `${FIGURES[figure][1](ofOne)} AS ${figure}`).join(', ');
}

/** Likewise, of all rows together. */
export function figuresOfAll(figures: readonly Figure[]): string {
  return figures.map((figure) => `${FIGURES[figure][1](ofAll)} AS ${figure}`).join(', ');
}

/** The same of each row as one value, which JSON shows as an object; `first` stands before the figures. */
export function figuresAsTuple(first: readonly [name: string, type: string], figures: readonly Figure[]): string {
  const values = figures.map((figure) => FIGURES[figure][1](ofOne));
  const types = figures.map((figure) => `${figure} ${FIGURES[figure][0]}`);
  return `CAST((${[first[0], ...values].join(', ')}), 'Tuple(${[first.join(' '), ...types].join(', ')})')`;
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
