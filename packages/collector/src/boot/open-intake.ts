import { type AcceptBatch, type AcceptOptions, createAcceptBatch } from '../ingest/accept-batch.js';
import {
  type AcceptServerBatch,
  type AcceptServerOptions,
  createAcceptServerBatch,
} from '../ingest/accept-server-batch.js';
import type { AcksRouteOptions } from '../ingest/acks-route.js';
import type { Logger } from '../observe/logger.js';
import type { Metrics } from '../observe/metrics.js';
import type { Circle } from '../pipeline/circle.js';
import type { StoreConnection } from '../store/connect.js';
import { loadedBatches } from '../store/loads/loaded-batches.js';
import { createEnvelopeCheck, createServerEnvelopeCheck } from '../validate/check-envelope.js';
import { createEventCheck, createServerEventCheck } from '../validate/check-event.js';
import type { Registry } from '../workspaces/registry.js';
import type { Config } from './config.js';
import { openCookieless } from './open-cookieless.js';
import { openEnrichment } from './open-enrichment.js';
import type { OpenPseudonyms } from './open-pseudonyms.js';
import type { Pipeline } from './pipeline/open-pipeline.js';
import { createWalEncoding } from './pipeline/wal-streams.js';

export interface IntakeOptions {
  readonly config: Config;
  readonly dataDirectory: string;
  readonly registry: Registry;
  readonly pipeline: Pick<Pipeline, 'log' | 'seen' | 'seenEventIds' | 'copies'>;
  readonly pseudonyms: Pick<OpenPseudonyms, 'inMinimise' | 'isErased'>;
  readonly store: StoreConnection;
  readonly circle: Pick<Circle, 'hasOthers'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** What is durable now, from devices and from servers. */
  readonly onAccepted: AcceptOptions['onAccepted'];
  readonly onAcceptedOfServer: AcceptServerOptions['onAccepted'];
}

/** What a batch goes through between its route and the disk. */
export interface Intake extends Pick<AcksRouteOptions, 'loadedElsewhere'> {
  readonly accept: AcceptBatch;
  readonly acceptServerBatch: AcceptServerBatch;
  /** Whether it is known where networks are. */
  readonly knowsPoints: () => boolean;
  close(): void;
}

export async function openIntake(options: IntakeOptions): Promise<Intake> {
  const { config, dataDirectory, registry, pipeline, pseudonyms, store, circle, logger, metrics } = options;
  const { describeClient, minimise: minimisePlain, knowsPoints } = await openEnrichment(config, logger, metrics);
  const cookieless = await openCookieless(dataDirectory, registry, logger);
  const minimise = pseudonyms.inMinimise(
    minimisePlain,
    metrics.total(
      'tidemark_unsought_ids_total',
      'Ids of batches that name more people than are looked for in their texts',
    ),
  );
  const { isErased } = pseudonyms;
  const encode = createWalEncoding();
  return {
    knowsPoints,
    accept: createAcceptBatch({
      checkEnvelope: createEnvelopeCheck(),
      checkEvent: createEventCheck(),
      describeClient,
      minimise,
      seen: pipeline.seen,
      honour: { gpc: config.honourGpc, dnt: config.honourDnt },
      isErased,
      cookieless,
      wal: pipeline.log,
      encode,
      onAccepted: options.onAccepted,
      onCopies: pipeline.copies.note,
    }),
    acceptServerBatch: createAcceptServerBatch({
      checkEnvelope: createServerEnvelopeCheck(),
      checkEvent: createServerEventCheck(),
      minimise,
      seen: pipeline.seenEventIds,
      isErased,
      wal: pipeline.log,
      encode,
      onAccepted: options.onAcceptedOfServer,
    }),
    /** Of batches that this collector does not know; a store that does not answer knows none. */
    async loadedElsewhere(workspaceId, ids) {
      if (!circle.hasOthers()) return [];
      return loadedBatches(store, workspaceId, ids).catch(() => []);
    },
    close: cookieless.close,
  };
}
