export { hodgesLehmann, type Sample } from './hodges-lehmann.js';
export { type Difference, newcombeDifference, type Proportion } from './newcombe-difference.js';
export { type Interval, wilsonInterval, Z_95 } from './wilson-interval.js';
