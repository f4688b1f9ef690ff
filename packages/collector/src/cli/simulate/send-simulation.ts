import { randomUUID } from 'node:crypto';
import type { Posted, SimulatedBatch, Simulation } from '@tidemark/analytics/simulator';
import { keyKind, type Rejection } from '@tidemark/protocol';
import { signServerRequest } from '../../ingest/sign-server-request.js';
import { TidemarkError } from '../../observe/errors.js';
import type { Target } from '../find-collector.js';
import { inParallel } from '../import/in-parallel.js';
import { type DeliveryDependencies, type Route, sendBatch } from '../import/send-batch.js';

export interface SentSimulation {
  readonly batches: number;
  readonly events: number;
  readonly accepted: number;
  /** Copies; the simulation sends some on purpose. */
  readonly duplicate: number;
  readonly rejected: readonly Rejection[];
}

/** Batches under way at once, as an import has them. */
const IN_FLIGHT = 4;

/**
 * Sends a simulation to the running collector: what devices say as any SDK does, what the platform's server says signed.
 *
 * @param waitUntil - resolves when a batch of this simulated moment is due; batches then carry the moment at which they leave.
 * @throws {TidemarkError} `import_key_refused`, `import_not_delivered`; the same simulation can be sent again, what has
 * arrived is recognised.
 */
export async function sendSimulation(
  simulation: Simulation,
  { url, key }: Target,
  dependencies: DeliveryDependencies,
  waitUntil?: (at: number) => Promise<void>,
): Promise<SentSimulation> {
  if (keyKind(key) !== 'secret') {
    throw new TidemarkError(
      'import_key_refused',
      'A simulation needs a secret key (tm_sk_): servers sign with it, and history takes one.',
    );
  }
  const devices: Route = { url, path: 'v1/batch', headersOf: () => ({ authorization: `Bearer ${key}` }) };
  const servers: Route = {
    url,
    path: 'v1/server',
    headersOf: (body, nowMs) => signServerRequest(key, nowMs, randomUUID(), body),
  };
  const sent = { batches: 0, events: 0, accepted: 0, duplicate: 0 };
  const rejected: Rejection[] = [];

  async function send({ at, batch }: Posted): Promise<void> {
    if (waitUntil) await waitUntil(at);
    const isOfDevice = 'sentAt' in batch;
    const batchAt = (nowMs: number): SimulatedBatch => (isOfDevice && waitUntil ? { ...batch, sentAt: nowMs } : batch);
    const outcome = await sendBatch(
      batchAt,
      isOfDevice ? devices : servers,
      dependencies,
      'run the same command again',
    );
    if (outcome.kind !== 'delivered') throw refused(outcome);
    sent.batches++;
    sent.events += batch.events.length;
    sent.accepted += outcome.ack.accepted;
    sent.duplicate += outcome.ack.duplicate;
    rejected.push(...outcome.ack.rejected);
  }
  await inParallel(IN_FLIGHT, simulation.batches, send);
  return { ...sent, rejected };
}

function refused(outcome: { readonly kind: string; readonly status?: number }): TidemarkError {
  const why = outcome.status === undefined ? outcome.kind : `HTTP ${outcome.status}`;
  return new TidemarkError(
    'import_key_refused',
    `The collector refused a batch (${why}): use a secret key of its own that is valid.`,
  );
}
