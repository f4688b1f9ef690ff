import { estimate } from './estimate.js';
import { QUANTILE_LEVELS } from './quantile-levels.js';

/*
 * Of rows of `visits`. What was sampled is estimated by how many each event stands for (Horvitz and Thompson, JASA 47 (1952)
 * 663-685), as a whole number. Visitors, users and durations are of what was kept.
 */
const SESSIONS = `${estimate('sum(weight)')} AS sessions`;
const VIEWS = `${estimate('sum(view_count) + sum(view_left_out)')} AS views`;
const EVENTS = `${estimate('sum(event_count) + sum(event_left_out)')} AS events`;
/** An estimate of bounces may pass the count of sessions. */
const BOUNCES = `${estimate('sumIf(1 + view_left_out, view_count = 1)')} AS bounces, if(sessions = 0, 0, least(1, bounces / sessions)) AS bounceRatio`;

export const VISITOR_FIGURES = `
    uniqExact(visitor) AS visitors, uniqExactIf(cityHash64(user_id), user_id != '') AS users, ${SESSIONS}, ${VIEWS}`;

export const SESSION_FIGURES = `
    ${SESSIONS}, uniqExact(visitor) AS visitors, ${EVENTS}, ${VIEWS}, ${BOUNCES},
    if(sessions = 0, 0, quantileExactInclusive(0.5)(duration_ms)) AS durationMsMedian`;

export const OVERVIEW_FIGURES = `${VISITOR_FIGURES},
    ${EVENTS}, ${estimate('sum(conversion_count * weight)')} AS conversions,
    if(sessions = 0, 0, sumIf(weight, conversion_count > 0) / sum(weight)) AS conversionRatio, ${BOUNCES},
    if(sessions = 0, 0, quantileExactInclusive(0.5)(duration_ms)) AS durationMsMedian`;

/** Sessions of one surface, as one tuple: how many, that bounced, that converted, how long they took, and the squares of their weights. */
export const surfaceVisits = (surface: 'h5' | 'native') => {
  const weight = `if(${surface}_count = 0, 1, 1 + ${surface}_left_out / ${surface}_count)`;
  return `
    (
      sumIf(${weight}, ${surface}_count > 0), sumIf(${weight}, ${surface}_count = 1), sumIf(${weight}, ${surface}_count > 0 AND conversion_count > 0),
      quantilesExactInclusiveIf(${QUANTILE_LEVELS})(duration_ms, ${surface}_count > 0),
      sumIf(${weight} * ${weight}, ${surface}_count > 0)
    ) AS ${surface}`;
};
