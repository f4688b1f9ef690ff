export type { ContentLedger } from './books/content-keeper.js';
export type { TimesLedger } from './books/ledger-sums.js';
export type { ProductDayLedger, SideLedger, WaitLedger } from './books/order-book-keeper.js';
export type {
  FunnelLedger,
  PageLedger,
  SurfaceLedger,
  VisitLedger,
  VisitsLedger,
  WayLedger,
} from './books/visit-keeper.js';
export type { Simulation, SimulationOutcome } from './create-simulation.js';
export { createSimulation } from './create-simulation.js';
export type { AnomalyKind } from './fraud/anomaly-kinds.js';
export { ANOMALY_KINDS } from './fraud/anomaly-kinds.js';
export type { SettingsRefusal, SimulationSettings } from './settings.js';
export { DEFAULT_START_AT } from './settings.js';
export type { Posted, SimulatedBatch } from './simulated-batch.js';
export type { AnomalyTruth, Ledger, OrderTruth, ProductLedger, SimulationTruth } from './truth.js';
