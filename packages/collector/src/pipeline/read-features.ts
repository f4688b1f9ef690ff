import {
  type FeatureDefinition,
  featuresOf,
  LIVE_KINDS,
  type LiveKind,
  LOOKBACK_MS,
} from '@tidemark/analytics/features';
import { absent, type Measure } from '@tidemark/analytics/stats';
import {
  type FeatureQuery,
  type FeatureReading,
  type FeaturesAnswer,
  type SubjectKind,
  UTC_OFFSET_MINUTES,
} from '@tidemark/protocol';
import type { StoreConnection } from '../store/connect.js';
import { kindsOfSubject } from '../store/features/subject-rows.js';
import { canonicalId } from '../store/privacy/subject-ids.js';
import type { LiveFeatures, LiveReading } from './live-features.js';
import { fitPopulation, measureSubjects } from './measure-subjects.js';

const MINUTE_MS = 60_000;

/**
 * All features of one subject, of each kind that has one of this id. The population is fitted as of the same moment: one
 * subject costs as much as a look over the workspace's last 365 days.
 *
 * @param nowMs - what "now" is when nobody says as of when.
 * @param live - what memory knows of the last minutes and hours takes the place of what the store says of them, as of now and
 *   where it is whole.
 * @returns no kinds when nothing in 365 days is about such a subject.
 */
export async function readFeatures(
  store: StoreConnection,
  workspaceId: string,
  query: FeatureQuery,
  nowMs: number,
  live?: Pick<LiveFeatures, 'get'>,
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
  if (live && query.asOf === undefined) {
    for (const kind of LIVE_KINDS.filter((one) => query.kind === undefined || one === query.kind)) {
      const known = live.get(workspaceId, kind, canonicalId(subject), nowMs);
      if (known) putInPlace(kinds, kind, known);
    }
  }
  return { subject, asOf, utcOffsetMinutes, kinds };
}

/** A subject that the store has not heard of yet has what memory knows, and nothing else. */
function putInPlace(
  kinds: { kind: SubjectKind; features: readonly FeatureReading[] }[],
  kind: LiveKind,
  { asOfMs, features: known }: LiveReading,
): void {
  let place = kinds.findIndex((one) => one.kind === kind);
  if (place < 0) {
    const unknown = featuresOf(kind).map((definition) => reading(definition, absent('no_events'), asOfMs));
    place = kinds.push({ kind, features: unknown }) - 1;
  }
  const features = kinds[place]?.features.map((feature): FeatureReading => {
    const found = known.get(feature.name);
    if (!found?.exact) return feature;
    const { measure } = found;
    return {
      ...feature,
      value: measure.kind === 'measured' ? measure.value : null,
      reason: measure.kind === 'absent' ? measure.reason : null,
      computedIn: 'memory',
      after: found.sinceMs - 1,
    };
  });
  kinds[place] = { kind, features: features ?? [] };
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
