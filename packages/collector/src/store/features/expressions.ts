/** One aggregate a feature, by the name that the catalog gives it. Null is "no value". They read the columns of `subject-rows.ts`. */
export type FeatureSql = Readonly<Record<string, string>>;

const DAY_MS = 86_400_000;

/** Rows no older than so many days, or milliseconds. */
export const days = (count: number): string => `age_ms < ${count * DAY_MS}`;
export const milliseconds = (count: number): string => `age_ms < ${count}`;

/** The usual window. */
export const MONTH = days(30);
export const QUARTER = days(90);
export const IN_SESSION = "session_id != toUUID('00000000-0000-0000-0000-000000000000')";
export const IS_END = "event_type = 'view_end'";

export const countIf = (condition: string): string => `countIf(${condition})`;

const [SET, LIST] = ['toUInt64(uniqExactIf(', 'arrayUniq(groupArrayIf('] as const;
const [SET_OF_BOTH, LIST_OF_BOTH] = ['groupUniqArrayIf(', 'groupArrayIf('] as const;
/** How many different ones: a set a subject, which does not grow with its events. */
export const distinctIf = (column: string, condition: string): string => `${SET}${column}, ${condition}))`;
/** How many different ones there are under both conditions. */
export const distinctInBoth = (column: string, one: string, other: string): string =>
  `length(arrayIntersect(${SET_OF_BOTH}${column}, ${one}), ${SET_OF_BOTH}${column}, ${other})))`;
/**
 * The same over lists, for subjects with a person's events: an empty set takes 256 bytes, and 100,000 subjects have 30 each, so
 * that all but the first of them are fetched from memory at each event. Two thirds of the time for people with ten events.
 */
export const ofFewEvents = (sql: string): string => sql.replaceAll(SET, LIST).replaceAll(SET_OF_BOTH, LIST_OF_BOTH);

/** Null where there is nothing to divide by. */
export const ratio = (part: string, whole: string): string => `if(${whole} = 0, NULL, (${part}) / (${whole}))`;

/** The same interpolation as the oracle's; null of no rows. */
export const medianIf = (column: string, condition: string): string =>
  `if(countIf(${condition}) = 0, NULL, quantileExactInclusiveIf(0.5)(${column}, ${condition}))`;

/** How often each value was there up to each place: 1 marks a first, the largest the commonest. */
export const places = (column: string, condition: string): string =>
  `arrayEnumerateUniq(groupArrayIf(${column}, ${condition}))`;
