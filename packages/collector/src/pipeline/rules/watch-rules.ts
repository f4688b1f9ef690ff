import type { LiveKind } from '@tidemark/analytics/features';
import { type LiveFeatureBatch, liveActs } from '../live-acts.js';
import type { LiveFeatures } from '../live-features.js';
import type { UnloggedFlag } from '../risk/found-flags.js';
import { judgeRules, ruleFlag } from './judge-rules.js';
import type { RuleBook } from './rule-book.js';

/** Asks the rules of a workspace about whoever just did something, by the features in memory. */
export interface WatchRules {
  /** To be called when the features count the batch. */
  look(batch: LiveFeatureBatch, live: Pick<LiveFeatures, 'get'>): void;
  forget(workspaceId: string, forms: readonly string[]): void;
}

export interface WatchRulesOptions {
  readonly rules: Pick<RuleBook, 'of'>;
  /** Takes what was found; must not throw. */
  readonly raise: (found: readonly UnloggedFlag[]) => void;
  readonly now: () => number;
}

/** A rule that goes on holding is told as news of the same flag this often at the most. */
const AGAIN_MS = 60_000;
/** Rule and entity pairs that are remembered; beyond it the oldest may be told a little too soon. */
const TOLD_MAX = 50_000;
/** A flag speaks of a user; of a device where no user is known or the user gives no cause. */
const KINDS = [
  ['user', 'user'],
  ['visitor', 'device'],
] as const satisfies readonly (readonly [LiveKind, 'user' | 'device'])[];

export function createWatchRules({ rules, raise, now }: WatchRulesOptions): WatchRules {
  const told = new Map<string, number>();

  function isNews(key: string, atMs: number): boolean {
    if (atMs - (told.get(key) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return false;
    told.delete(key);
    told.set(key, atMs);
    if (told.size > TOLD_MAX) told.delete(told.keys().next().value as string); // not empty
    return true;
  }

  return {
    look(batch, live) {
      const { workspaceId, context, receivedAt, historical } = batch.batch;
      const own = rules.of(workspaceId);
      if (own.length === 0 || historical || context.consent?.risk === 'denied') return;
      const { subjects, events } = liveActs(batch);
      const last = events.at(-1);
      if (!last) return;
      const nowMs = now();
      const found: UnloggedFlag[] = [];
      const raised = new Set<string>();
      for (const [kind, entityKind] of KINDS) {
        const id = subjects[kind];
        const reading = id === '' ? undefined : live.get(workspaceId, kind, id, nowMs);
        if (!reading) continue;
        for (const hit of judgeRules(own, reading.features)) {
          const { name, version } = hit.rule;
          if (raised.has(name)) continue;
          raised.add(name);
          if (!isNews(`${workspaceId}|${name}|${version}|${entityKind}:${id}`, nowMs)) continue;
          const flag = ruleFlag(hit, entityKind, id, reading.asOfMs);
          const surface = context.surface ?? '';
          found.push({ workspaceId, eventId: last.eventId, surface, receivedAtMs: receivedAt, flag });
        }
      }
      if (found.length > 0) raise(found);
    },
    forget(workspaceId, forms) {
      for (const key of told.keys()) {
        if (key.startsWith(`${workspaceId}|`) && forms.some((form) => key.endsWith(`:${form}`))) told.delete(key);
      }
    },
  };
}
