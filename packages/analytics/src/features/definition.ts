import type { EpochMs } from '@tidemark/protocol';
import { type AbsentReason, absent, type Measure } from '../stats/outcome.js';
import type { FeatureEvent, SubjectKind } from './event.js';
import type { FeatureInputs, InputName } from './inputs.js';
import type { Population } from './population.js';

/** How old a feature may be. `velocity` counts the last minutes and hours; `store` is as fresh as what was loaded. */
export const FRESHNESS_CLASSES = ['velocity', 'store'] as const;
export type Freshness = (typeof FRESHNESS_CLASSES)[number];

export const UNITS = [
  'count',
  'ratio',
  'milliseconds',
  'days',
  'hours',
  'bits',
  'level',
  'score',
  'shares',
  'currency',
  'per week',
  'per 30 days',
  't value',
  'per cent',
  'none',
] as const;
export type Unit = (typeof UNITS)[number];

/** What a feature is reckoned with besides the subject's own events. */
export interface FeatureContext {
  /** Id of the subject. */
  readonly subject: string;
  readonly asOfMs: EpochMs;
  /** Of the market's zone: days and hours are its. */
  readonly utcOffsetMs: number;
  readonly population: Population;
}

interface DefinitionBase {
  readonly name: string;
  readonly subjects: readonly SubjectKind[];
  /** Events no older than this count, the moment itself included: 0 <= age < window. */
  readonly windowMs: number;
  readonly unit: Unit;
  readonly definition: string;
  /** Paper or convention that it is taken from. */
  readonly source: string;
  readonly freshness: Freshness;
}

/** Reckoned whole by the store; the oracle does the same on the events. */
export interface StoreFeature extends DefinitionBase {
  readonly computedIn: 'store';
  /** Why there is no value when the store says null. */
  readonly absentReason: AbsentReason;
  /** @param events - of the subject, in the window, each once and in order of time. */
  readonly oracle: (events: readonly FeatureEvent[], context: FeatureContext) => number | undefined;
}

/** The store puts the subject's inputs in order; the mathematics over them is done here. */
export interface InputFeature extends DefinitionBase {
  readonly computedIn: 'typescript';
  readonly inputs: readonly InputName[];
  readonly finish: (inputs: FeatureInputs, context: FeatureContext) => Measure;
}

export type FeatureDefinition = StoreFeature | InputFeature;

/** Convention of the field, without a paper of its own. */
export const COMMON = 'web analytics, by convention';

/** @returns undefined for nothing to divide by. */
export function ratio(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}

export function countOf(events: readonly FeatureEvent[], test: (event: FeatureEvent) => boolean): number {
  let count = 0;
  for (const event of events) if (test(event)) count += 1;
  return count;
}

/** How many different ones. */
export function distinctOf(events: readonly FeatureEvent[], of: (event: FeatureEvent) => string | number): number {
  return new Set(events.map(of)).size;
}

/** What the store's null, or its number, says. */
export function storedMeasure({ absentReason }: StoreFeature, value: number | null | undefined): Measure {
  if (value === null || value === undefined) return absent(absentReason);
  return Number.isFinite(value) ? { kind: 'measured', value } : absent('not_finite');
}
