export {
  aliveProbability,
  type BgNbdModel,
  bgNbdLogLikelihood,
  type CountedHistory,
  expectedPurchases,
  type FittedBgNbd,
  fitBgNbd,
  type PurchaseHistory,
} from './bg-nbd.js';
export { BURST_GAPS_MAX, type BurstOptions, burstLevels } from './burst-levels.js';
export { burstiness, finiteBurstiness, memoryOfGaps, variationOfGaps } from './burstiness.js';
export { type CircularMean, circularMean } from './circular.js';
export { logNegativeBinomialTail, logPoissonTail } from './count-tails.js';
export { entropyBits, jensenShannonDistance } from './entropy.js';
export { type ExponentialTail, exponentialTail, surpriseBeyond } from './exponential-tail.js';
export {
  createFollowing,
  FOLLOW_ORDERS_MAX,
  FOLLOW_WINDOW_MS,
  type Following,
  following,
  followingPValue,
  type SeenOrder,
} from './following.js';
export { CCE_FEWEST_GAPS, correctedConditionalEntropyBits, gapEntropyBits } from './gap-entropy.js';
export { gapsOf } from './gaps.js';
export { groupBy, tally } from './group.js';
export {
  chanceDeviation,
  HERD_FEWEST_TRADERS,
  type Herding,
  lsvHerding,
  meanOf,
  type TraderCounts,
} from './herding.js';
export { hodgesLehmann, type Sample } from './hodges-lehmann.js';
export { hypergeometric2F1 } from './hypergeometric.js';
export { leastSquares, type Regression } from './least-squares.js';
export { logBeta, logGamma } from './log-gamma.js';
export { MARKET_FEWEST_DAYS, type MarketHerding, marketHerding } from './market-herding.js';
export { type Minimum, minimise } from './minimise.js';
export { mean, pearson, populationSd, quantile, quantileOfSorted, sum } from './moments.js';
export { type Difference, newcombeDifference, type Proportion } from './newcombe-difference.js';
export { logNormalTail, upperNormalQuantile } from './normal-tail.js';
export {
  ABSENT_REASONS,
  type AbsentReason,
  absent,
  andThen,
  faultOfAmounts,
  type Measure,
  measure,
  measured,
  type Outcome,
} from './outcome.js';
export { PERIODICITY_GAPS_MAX, periodStrength } from './periodicity.js';
export { quintile, quintileCuts } from './quintile.js';
export { distanceShares, type RobustScatter, robustScatter, squaredDistance } from './robust-scatter.js';
export { addToMean, newRunningMean, type RunningMean } from './running-mean.js';
export { fitPrior, type Prior, type PriorSums, shrink, shrunkEntropyBits, sumPrior } from './shrinkage.js';
export { learnSize, newSizeTail, type SizeTail, surpriseOf, tailSurprise } from './tail-surprise.js';
export {
  afterTrade,
  chasing,
  dayKey,
  dispositionEffect,
  inOrder,
  type KnownReturns,
  knownReturns,
  type Position,
  type PriceAt,
  type Trade,
  turnover,
} from './trades.js';
export { type Interval, wilsonInterval, Z_95 } from './wilson-interval.js';
