import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { LiveHub } from '../feeds/live-hub.js';
import type { Metrics } from '../observe/metrics.js';
import type { Circle } from '../pipeline/circle.js';
import type { LiveFeatures } from '../pipeline/live-features.js';
import { erase } from '../privacy/erase.js';
import type { OneAtATime } from '../privacy/one-at-a-time.js';
import type { OpenSuppressions } from '../privacy/open-suppressions.js';
import { dropSnapshot } from '../privacy/snapshot-data.js';
import { registerSubjectRoutes } from '../privacy/subject-routes.js';
import type { StoreConnection } from '../store/connect.js';
import { type ExportedRow, exportSubject } from '../store/privacy/export-subject.js';
import { readDataMap } from '../store/privacy/read-data-map.js';
import { canonicalId } from '../store/privacy/subject-ids.js';
import type { ControlChanges } from '../workspaces/control-changes.js';
import type { Pseudonyms } from '../workspaces/pseudonyms.js';
import type { Registry } from '../workspaces/registry.js';
import { actorOf } from './actor-of.js';
import type { WaitingSegments } from './pipeline/waiting-segments.js';

export interface PrivacyOptions {
  readonly registry: Registry;
  readonly store: StoreConnection;
  readonly storeReady: () => boolean;
  readonly suppressions: OpenSuppressions;
  readonly formsOf: Pseudonyms['formsOf'];
  readonly waiting: WaitingSegments;
  readonly hub: LiveHub;
  readonly live: Pick<LiveFeatures, 'forget'>;
  /** What the detectors and the feed of flags keep. */
  readonly risk: { forget(workspaceId: string, id: string): Promise<void> };
  readonly decisions: { forget(workspaceId: string, id: string): void };
  readonly circle: Circle;
  readonly changes: Pick<ControlChanges, 'note'>;
  readonly metrics: Metrics;
  readonly dataDirectory: string;
  /** What must not meet an erasure waits for it, and it for that. */
  readonly oneAtATime: OneAtATime;
}

const DRAIN_WITHIN_MS = 30_000;

/** Where the rights of those whom the events are about meet the parts that hold them. */
export function registerPrivacy(app: FastifyInstance, options: PrivacyOptions): void {
  const { registry, store, suppressions, formsOf, waiting, hub, live, decisions, circle, metrics, oneAtATime } =
    options;
  const { dataDirectory } = options;
  const countErased = metrics.total('tidemark_erasures_total', 'People who were erased');

  const parts = {
    store,
    suppressions,
    formsOf,
    waiting,
    forgetLive(workspaceId: string, id: string) {
      live.forget(workspaceId, canonicalId(id));
      decisions.forget(workspaceId, id);
      return forgetLive(hub, workspaceId, id);
    },
    forgetFlags: options.risk.forget,
    livingOthers: circle.livingOthers,
    hold: circle.hold,
    now: Date.now,
  };
  registerSubjectRoutes(app, {
    registry,
    storeReady: options.storeReady,
    dataMap: () => readDataMap(store),
    erase: (workspaceId, id, certificateId) =>
      oneAtATime(async () => {
        await dropSnapshot(dataDirectory);
        const certificate = await erase(parts, workspaceId, id, certificateId);
        countErased(1);
        return certificate;
      }),
    exportRows: async (workspaceId, id, exportId) => {
      await waiting.drain(DRAIN_WITHIN_MS);
      return exportForms(store, workspaceId, formsOf(workspaceId, id), exportId);
    },
    note: (request, access, action, subject) =>
      options.changes.note(actorOf(request, access), action, access.workspaceId, subject),
  });
}

/** All that is known of somebody, by each id that may be theirs in the tables. */
async function* exportForms(
  store: StoreConnection,
  workspaceId: string,
  forms: readonly string[],
  exportId: string,
): AsyncGenerator<readonly ExportedRow[]> {
  for (const form of forms)
    yield* exportSubject(store, workspaceId, form, form === forms.at(-1) ? exportId : randomUUID());
}

function forgetLive(hub: LiveHub, workspaceId: string, id: string): number {
  const own = canonicalId(id);
  const isOwn = (other: unknown): boolean => typeof other === 'string' && canonicalId(other) === own;
  return hub.forget(workspaceId, ({ batch, rows }) => {
    if (isOwn(batch.context.visitorId) || isOwn(batch.context.userId)) return true;
    return rows.some(({ event }) => {
      if (event.type === 'identify') return isOwn(event.userId);
      return event.type === 'alias' && isOwn(event.previousVisitorId);
    });
  });
}
