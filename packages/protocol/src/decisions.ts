import type { OrderSide } from './events/business.js';
import type { EpochMs } from './ids.js';

/** How likely something is, and where that number would lie had other orders been learnt from, at 95 %. All 0..1. */
export interface ProbabilityRange {
  readonly probability: number;
  readonly low: number;
  readonly high: number;
}

/** What the model says of an order: the range is that of any fill by the cut-off. */
export interface OrderAnswer extends ProbabilityRange {
  /** Of the order filled whole; never likelier. */
  readonly full: ProbabilityRange;
  /** Expected share of the order that is filled, failures counted as 0. */
  readonly fillRatio: number;
  /** Probability of a first fill by so many hours of trading. */
  readonly byHours: readonly { readonly hours: number; readonly probability: number }[];
  /** 50 more double the odds. */
  readonly points: number;
  /** What costs most points against the average order, the dearest first, as sentences. */
  readonly reasons: readonly string[];
  /** Something of what is usually known was not; the reason is a sentence. */
  readonly degraded: boolean;
  readonly degradedReason: string | null;
  /** When the newest event that counts here was taken in; null for none since the collector's start. */
  readonly featuresAsOf: EpochMs | null;
  /** How the model's own word became the probability, after what became of the last orders; absent where it is taken at its word. */
  readonly recalibration?: OrderRecalibration;
}

/** Recalibrated log-odds = intercept + slope x log-odds of what the model said. */
export interface OrderRecalibration {
  /** So many orders were looked at. */
  readonly outcomes: number;
  readonly said: { readonly any: number; readonly full: number };
  readonly any: { readonly intercept: number; readonly slope: number };
  readonly full: { readonly intercept: number; readonly slope: number };
}

/** An order that was placed. */
export interface PlacedOrder {
  readonly orderId: string;
  readonly userId: string;
  readonly productId: string;
  readonly side: OrderSide;
  readonly shares: number;
  /** Limit, of one share. */
  readonly price: number;
}

/** An order, and what was said of it the moment it was placed. */
export interface OrderDecision {
  /** `GET /v1/decisions/ID` reckons it again. */
  readonly decisionId: string;
  readonly decidedAt: EpochMs;
  readonly modelVersion: string;
  readonly asked: PlacedOrder;
  readonly answer: OrderAnswer;
}

/** Answer of `GET /v1/decisions`, the newest first. */
export interface OrderDecisions {
  readonly decisions: readonly OrderDecision[];
}

/** A model of how orders end. */
export interface ModelSummary {
  readonly version: string;
  readonly kind: 'boosting' | 'glassbox' | 'scorecard';
  /** Orders placed before may have been learnt from. */
  readonly trainedAt: EpochMs;
}

/** The model that answers. */
export interface ChampionModel extends ModelSummary {
  /** Somebody chose it: whatever is trained has to win against it. */
  readonly isHeld: boolean;
  /** By what became of so many orders its probabilities are recalibrated. */
  readonly recalibratedBy: Readonly<Record<OrderSide, number>>;
}

/** Something that happened to models, a sentence. */
export interface ModelNews {
  readonly atMs: EpochMs;
  readonly text: string;
}

/** Answer of `GET /v1/models`. */
export interface ModelVersions {
  /** The one that answers; null where none was trained yet. */
  readonly serving: string | null;
  readonly champion: ChampionModel | null;
  /** Answers in the shadow; null while there is none. */
  readonly challenger: ModelSummary | null;
  /** Orders of which it became known since the last training how they ended, and after how many the next comes; 0 for never. */
  readonly newOutcomes: number;
  readonly refitEvery: number;
  /** What was found when models were last held against one another; null for never. */
  readonly judged: ModelNews | null;
  /** What became of the last training. */
  readonly trained: ModelNews | null;
  /** The newest first. */
  readonly versions: readonly string[];
  /** Whether one is being trained. */
  readonly training: boolean;
}
