import { type RiskRule, type RuleMoment, type RuleSimulation, simulateRule } from '@tidemark/analytics/anomalies';
import {
  addToVelocity,
  emptyVelocity,
  readVelocity,
  type VelocityEvent,
  type VelocityState,
  velocityAct,
} from '@tidemark/analytics/features';
import type { RiskFlag } from '@tidemark/protocol';
import type { LiveSubjects } from '../live-acts.js';
import { featuresFor, judgeRules } from './judge-rules.js';
import { labelsOf } from './label-days.js';

/** What a rule would have done, entity by entity and day by day (UTC). */
export interface RuleReplay extends RuleSimulation {
  readonly name: string;
  /** The same as a sentence. */
  readonly summary: string;
}

export interface HistoryReplay {
  add(subjects: LiveSubjects, event: VelocityEvent): void;
  /** @param judged - flags that somebody judged: resolved ones were true. */
  finish(judged: readonly RiskFlag[]): { readonly rules: readonly RuleReplay[]; readonly evicted: number };
}

const DAY_MS = 86_400_000;
/** Some 3 KB each. */
export const SUBJECTS_MAX = 20_000;

interface Moment {
  readonly entityId: string;
  readonly day: number;
  raised: boolean;
  features: RuleMoment['features'];
}

/**
 * Shows events of the past to rules, in the order they happened. A moment is an entity's day: the first at which the rule holds,
 * or the last one.
 *
 * @param fromMs - events of before only fill the windows.
 */
export function createHistoryReplay(rules: readonly RiskRule[], fromMs: number): HistoryReplay {
  const states = new Map<string, VelocityState>();
  const moments = new Map<RiskRule, Map<string, Moment>>(rules.map((rule) => [rule, new Map()]));
  let evicted = 0;

  function stateOf(key: string): VelocityState {
    const state = states.get(key) ?? emptyVelocity();
    states.delete(key);
    states.set(key, state);
    if (states.size > SUBJECTS_MAX) {
      states.delete(states.keys().next().value as string); // not empty
      evicted++;
    }
    return state;
  }

  return {
    add(subjects, event) {
      const act = velocityAct(event);
      const raised = new Set<RiskRule>();
      for (const kind of ['user', 'visitor'] as const) {
        const id = subjects[kind];
        if (id === '') continue;
        const state = stateOf(`${kind}\n${id}`);
        addToVelocity(state, [act], act.atMs);
        if (act.atMs < fromMs) continue;
        const readings = readVelocity(state, act.atMs);
        const day = Math.floor(act.atMs / DAY_MS);
        const hits = judgeRules(rules, readings);
        for (const rule of rules) {
          const own = moments.get(rule);
          const key = `${kind}\n${id}\n${day}`;
          const moment = own?.get(key) ?? { entityId: id, day, raised: false, features: {} };
          const holds = hits.some((hit) => hit.rule === rule);
          // A device speaks for itself where no user is known, or where its user gives no cause.
          if (kind === 'visitor' && subjects.user !== '' && (raised.has(rule) || !holds)) continue;
          if (holds) raised.add(rule);
          if (!moment.raised) moment.features = featuresFor(rule, readings);
          moment.raised ||= holds;
          own?.set(key, moment);
        }
      }
    },
    finish(judged) {
      const labels = labelsOf(judged);
      const told = rules.map((rule): RuleReplay => {
        const history = [...(moments.get(rule)?.values() ?? [])].map(({ entityId, day, features }) => ({
          features,
          label: labels.get(`${entityId}\n${day}`),
        }));
        const counts = simulateRule(rule, history);
        const { raised, labelledTrue, labelledFalse } = counts;
        const summary = `would have raised ${raised}, of which ${labelledTrue} already labelled true, ${labelledFalse} false positive`;
        return { name: rule.name, ...counts, summary };
      });
      return { rules: told, evicted };
    },
  };
}
