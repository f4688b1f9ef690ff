import { countIf, distinctIf, type FeatureSql, IN_SESSION, MONTH, places, ratio } from './expressions.js';

const VISITS = distinctIf('session_id', `${MONTH} AND ${IN_SESSION}`);
const VIEWS = countIf(`${MONTH} AND is_view`);
const VIEW_PLACES = places('session_id', `${MONTH} AND is_view AND ${IN_SESSION}`);
const ofType = (type: string): string => countIf(`${MONTH} AND event_type = '${type}'`);
const DAY_MS = 86_400_000;

/** Moments of the sessions, by session and time. Maps of them would take the store three times as long. */
const MOMENTS = ['session_id', 'at_ms'].map((column) => `groupArrayIf(${column}, ${MONTH} AND ${IN_SESSION})`);
const STAYS = `arraySort(arrayZip(${MOMENTS.join(', ')}))`;
const firstOfEach = (stays: string): string =>
  `arrayFilter((at, place) -> place = 1, tupleElement(${stays}, 2), arrayEnumerateUniq(tupleElement(${stays}, 1)))`;

export const ACTIVITY_SQL: FeatureSql = {
  events_30d: countIf(MONTH),
  visits_30d: VISITS,
  active_days_30d: distinctIf('local_day', MONTH),
  views_30d: VIEWS,
  clicks_30d: ofType('click'),
  form_starts_30d: ofType('form_start'),
  conversions_30d: ofType('conversion'),
  visitors_30d: distinctIf('visitor_id', `${MONTH} AND visitor_id != toUUID('00000000-0000-0000-0000-000000000000')`),
  views_per_visit_30d: ratio(VIEWS, VISITS),
  conversions_per_visit_30d: ratio(ofType('conversion'), VISITS),
  // Sessions with a first view and no second.
  bounce_share_30d: ratio(
    `countEqual(${VIEW_PLACES}, 1) - countEqual(${VIEW_PLACES}, 2)`,
    `countEqual(${VIEW_PLACES}, 1)`,
  ),
  visit_length_median_ms_30d: `if(${VISITS} = 0, NULL, arrayReduce('quantileExactInclusive(0.5)', arrayMap((a, b) -> b - a,
    ${firstOfEach(STAYS)}, arrayReverse(${firstOfEach(`arrayReverse(${STAYS})`)}))))`,
  errors_per_view_30d: ratio(ofType('error'), VIEWS),
  days_since_last_event: `min(age_ms) / ${DAY_MS}`,
  days_since_first_event: `max(age_ms) / ${DAY_MS}`,
};
