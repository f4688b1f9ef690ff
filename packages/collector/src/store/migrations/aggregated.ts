import { PURPOSE_VIEWS } from './0009-purposes.js';
import { STEP_VIEWS } from './0010-steps.js';
import { LEFT_OUT_VIEWS } from './0016-left-out.js';
import { SEEN_WEIGHT_VIEWS } from './0018-seen-weights.js';

/** How each aggregate is counted from events, as its view does it now: a report of a segment counts it from a part of them. */
export const AGGREGATED = { ...PURPOSE_VIEWS, ...STEP_VIEWS, ...LEFT_OUT_VIEWS, ...SEEN_WEIGHT_VIEWS };
