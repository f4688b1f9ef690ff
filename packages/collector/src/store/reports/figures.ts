import { QUANTILE_LEVELS } from './quantile-levels.js';

/** Of rows of `visits`. */
export const VISITOR_FIGURES = `
    uniqExact(visitor) AS visitors, uniqExactIf(cityHash64(user_id), user_id != '') AS users, count() AS sessions, sum(view_count) AS views`;

export const SESSION_FIGURES = `
    count() AS sessions, uniqExact(visitor) AS visitors, sum(event_count) AS events, sum(view_count) AS views,
    countIf(view_count = 1) AS bounces, if(sessions = 0, 0, bounces / sessions) AS bounceRatio,
    if(sessions = 0, 0, quantileExactInclusive(0.5)(duration_ms)) AS durationMsMedian`;

export const OVERVIEW_FIGURES = `${VISITOR_FIGURES},
    sum(event_count) AS events, sum(conversion_count) AS conversions,
    if(sessions = 0, 0, countIf(conversion_count > 0) / sessions) AS conversionRatio,
    countIf(view_count = 1) AS bounces, if(sessions = 0, 0, bounces / sessions) AS bounceRatio,
    if(sessions = 0, 0, quantileExactInclusive(0.5)(duration_ms)) AS durationMsMedian`;

/** Sessions of one surface, as one tuple: how many, that bounced, that converted, and how long they took. */
export const surfaceVisits = (surface: 'h5' | 'native') => `
    (
      countIf(${surface}_count > 0), countIf(${surface}_count = 1), countIf(${surface}_count > 0 AND conversion_count > 0),
      quantilesExactInclusiveIf(${QUANTILE_LEVELS})(duration_ms, ${surface}_count > 0)
    ) AS ${surface}`;
