import { type FeatureDefinition, LOOKBACK_MS } from '@tidemark/analytics/features';
import type { Measure } from '@tidemark/analytics/stats';
import {
  type FeatureQuery,
  type FeatureReading,
  type FeaturesAnswer,
  type SubjectKind,
  UTC_OFFSET_MINUTES,
} from '@tidemark/protocol';
import type { StoreConnection } from '../store/connect.js';
import { kindsOfSubject } from '../store/features/subject-rows.js';
import { fitPopulation, measureSubjects } from './measure-subjects.js';

const MINUTE_MS = 60_000;

/**
 * All features of one subject, of each kind that has one of this id. The population is fitted as of the same moment: one
 * subject costs as much as a look over the workspace's last 365 days.
 *
 * @param nowMs - what "now" is when nobody says as of when.
 * @returns no kinds when nothing in 365 days is about such a subject.
 */
export async function readFeatures(
  store: StoreConnection,
  workspaceId: string,
  query: FeatureQuery,
  nowMs: number,
): Promise<FeaturesAnswer> {
  const { subject, asOf = nowMs, utcOffsetMinutes = UTC_OFFSET_MINUTES } = query;
  const moment = { workspaceId, asOfMs: asOf, utcOffsetMs: utcOffsetMinutes * MINUTE_MS };
  const there = await kindsOfSubject(store, moment, subject);
  const wanted = there.filter((kind) => query.kind === undefined || kind === query.kind);
  const kinds: { kind: SubjectKind; features: readonly FeatureReading[] }[] = [];
  if (wanted.length > 0) {
    const population = await fitPopulation(store, moment);
    for (const kind of wanted) {
      await measureSubjects(store, { ...moment, kind, population, subject }, ({ definitions, measures }) => {
        const features = definitions.map((definition, i) => reading(definition, measures[i], asOf));
        kinds.push({ kind, features });
      });
    }
  }
  return { subject, asOf, utcOffsetMinutes, kinds };
}

function reading(definition: FeatureDefinition, measured: Measure | undefined, asOf: number): FeatureReading {
  const { name, unit, computedIn, windowMs, freshness } = definition;
  return {
    name,
    value: measured?.kind === 'measured' ? measured.value : null,
    reason: measured?.kind === 'absent' ? measured.reason : null,
    unit,
    computedIn,
    inputs: definition.computedIn === 'typescript' ? definition.inputs : [],
    after: asOf - Math.min(windowMs, LOOKBACK_MS),
    freshness,
  };
}
