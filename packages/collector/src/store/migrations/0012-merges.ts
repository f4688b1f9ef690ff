import type { Migration } from './migration.js';

/**
 * Rewriting a row in a merge costs the engine more than taking it in (6 to 7 us beside 4). A row is merged once for each power of
 * this number that there are loads: 100 million rows, loads of 20,000, are rewritten twice at 24, and four times at 8. In
 * return up to 23 parts of each size stand side by side, where there were up to 7. Only the events: an aggregate's parts are
 * small, and the fewer of them a report puts together the better.
 */
const EVENTS = 'ALTER TABLE events MODIFY SETTING min_parts_to_merge_at_once = 24';

export const merges: Migration = { number: 12, name: 'merges', statements: [EVENTS] };
