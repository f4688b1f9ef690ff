export { FEATURE_GROUPS, FEATURES, type FeatureGroup, featuresOf } from './catalog.js';
export {
  type FeatureContext,
  type FeatureDefinition,
  type Freshness,
  type InputFeature,
  type StoreFeature,
  storedMeasure,
  type Unit,
} from './definition.js';
export {
  distinctInOrder,
  type FeatureEvent,
  LOOKBACK_MS,
  NO_ID,
  SUBJECT_KINDS,
  type SubjectKind,
  subjectOf,
} from './event.js';
export {
  createInputs,
  type FeatureInputs,
  INPUTS_MAX,
  type InputLists,
  type InputName,
  inputsOf,
  type ViewInput,
} from './inputs.js';
export { LOAN_RATE_SERIES } from './macro.js';
export { createMacroSeries, type MacroReading, type MacroSeries, type MacroValue } from './macro-series.js';
export type { CloseRow, Market, TraderRow } from './market.js';
export { measureByOracle } from './oracle.js';
export type { OrderInput } from './order-history.js';
export { createPopulation, NO_POPULATION_ROWS, type Population, type PopulationRows } from './population.js';
export { populationRowsOf } from './population-oracle.js';
export { readVelocity, type VelocityReading } from './velocity/read-velocity.js';
export {
  addToVelocity,
  emptyVelocity,
  type VelocityAct,
  type VelocityEvent,
  type VelocityState,
  velocityAct,
  velocityBytes,
} from './velocity/velocity-state.js';
export { VELOCITY_SPAN_MS, VELOCITY_WINDOWS, windowStart } from './velocity/windows.js';
export { LIVE_KINDS, type LiveKind } from './velocity.js';
