import type { z } from 'zod';
import type { Ack } from '../ack.js';
import type { BatchContext, EventBatch } from '../batch.js';
import type { ClientConfig } from '../client-config.js';
import type { DurableBatches } from '../durable-batches.js';
import type { AuthoritativeEvent } from '../events/authoritative.js';
import type { TrackedEvent } from '../events/tracked-event.js';
import type { FeatureCatalog, FeaturesAnswer } from '../features.js';
import type { Brand } from '../ids.js';
import type { MacroAnswer } from '../macro.js';
import type { Problem } from '../problem.js';
import type { QueueLedger } from '../queue-ledger.js';
import type { ReportName, ReportQueries } from '../reports/query.js';
import type { ReportByName } from '../reports/reports.js';
import type { ServerBatch } from '../server-batch.js';
import type {
  ackSchema,
  clientConfigSchema,
  durableBatchesSchema,
  problemSchema,
  queueLedgerSchema,
  REPORT_SCHEMAS,
} from './answers.js';
import type { AUTHORITATIVE_SCHEMAS } from './authoritative.js';
import type { batchContextSchema, batchEnvelopeSchema } from './batch.js';
import type { EVENT_SCHEMAS } from './event.js';
import type { featureCatalogSchema, featuresAnswerSchema } from './features.js';
import type { macroAnswerSchema } from './macro.js';
import type { REPORT_QUERY_SCHEMAS } from './report-query.js';
import type { serverEnvelopeSchema } from './server-batch.js';

/*
 * The types are the source; this file does not compile when a schema drifts from them in either direction.
 */

/** As JSON sees it: not readonly, and ids without their brand. */
type Plain<T> = T extends Brand<string> ? string : T extends object ? { -readonly [K in keyof T]: Plain<T[K]> } : T;
/** Identity, not assignability: `{ a }` and `{ a, b? }` are assignable to each other and still not the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Locked<T extends true> = T;

type SchemaOf<T extends TrackedEvent['type']> = z.infer<(typeof EVENT_SCHEMAS)[T]>;
type TypeOf<T extends TrackedEvent['type']> = Extract<TrackedEvent, { type: T }>;

type EventLock = { [T in TrackedEvent['type']]: Same<Plain<SchemaOf<T>>, Plain<TypeOf<T>>> };
/** Naming the offender: an event whose schema drifted shows up as a key of this type. */
type Drifted = { [T in keyof EventLock]: EventLock[T] extends true ? never : T }[keyof EventLock];
export type EventsLocked = Locked<Same<Drifted, never>>;

type AuthoritativeLock = {
  [T in AuthoritativeEvent['type']]: Same<
    Plain<z.infer<(typeof AUTHORITATIVE_SCHEMAS)[T]>>,
    Plain<Extract<AuthoritativeEvent, { type: T }>>
  >;
};
type AuthoritativeDrifted = {
  [T in keyof AuthoritativeLock]: AuthoritativeLock[T] extends true ? never : T;
}[keyof AuthoritativeLock];
export type AuthoritativeLocked = Locked<Same<AuthoritativeDrifted, never>>;

export type ContextLocked = Locked<Same<Plain<z.infer<typeof batchContextSchema>>, Plain<BatchContext>>>;
export type EnvelopeLocked = Locked<
  Same<Plain<Omit<z.infer<typeof batchEnvelopeSchema>, 'events'>>, Plain<Omit<EventBatch, 'events'>>>
>;

type Answers = {
  problem: Same<z.infer<typeof problemSchema>, Plain<Problem>>;
  ack: Same<z.infer<typeof ackSchema>, Plain<Ack>>;
  durableBatches: Same<z.infer<typeof durableBatchesSchema>, Plain<DurableBatches>>;
  clientConfig: Same<z.infer<typeof clientConfigSchema>, Plain<ClientConfig>>;
  queueLedger: Same<z.infer<typeof queueLedgerSchema>, Plain<QueueLedger>>;
  features: Same<z.infer<typeof featuresAnswerSchema>, Plain<FeaturesAnswer>>;
  featureCatalog: Same<z.infer<typeof featureCatalogSchema>, Plain<FeatureCatalog>>;
  macro: Same<z.infer<typeof macroAnswerSchema>, Plain<MacroAnswer>>;
};
type DriftedAnswer = { [A in keyof Answers]: Answers[A] extends true ? never : A }[keyof Answers];
export type AnswersLocked = Locked<Same<DriftedAnswer, never>>;

type Reports = { [N in ReportName]: Same<z.infer<(typeof REPORT_SCHEMAS)[N]>, Plain<ReportByName[N]>> };
type DriftedReport = { [N in ReportName]: Reports[N] extends true ? never : N }[ReportName];
export type ReportsLocked = Locked<Same<DriftedReport, never>>;

/** What a query comes out as, optional fields as zod writes them. */
type Asked<T> = { -readonly [K in keyof T]: Plain<T[K]> };
type Queries = {
  [N in ReportName]: Asked<Required<z.infer<(typeof REPORT_QUERY_SCHEMAS)[N]>>> extends Asked<
    Required<ReportQueries[N]>
  >
    ? Asked<Required<ReportQueries[N]>> extends Asked<Required<z.infer<(typeof REPORT_QUERY_SCHEMAS)[N]>>>
      ? true
      : false
    : false;
};
type DriftedQuery = { [N in ReportName]: Queries[N] extends true ? never : N }[ReportName];
export type QueriesLocked = Locked<Same<DriftedQuery, never>>;
export type ServerEnvelopeLocked = Locked<
  Same<Plain<Omit<z.infer<typeof serverEnvelopeSchema>, 'events'>>, Plain<Omit<ServerBatch, 'events'>>>
>;
