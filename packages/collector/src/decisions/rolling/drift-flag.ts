import { type CandidateFlag, type FlagReason, makeFlag, workspacePartId } from '@tidemark/analytics/anomalies';
import type { ModelDrift } from '@tidemark/analytics/scores';
import type { OrderSide, WorkspacePart } from '@tidemark/protocol';
import type { DriftSpan } from './serving-state.js';

const VERSION = 1;
const DAY_MS = 86_400_000;
const OF_SIDE: Readonly<Record<OrderSide, string>> = { subscribe: 'orders to subscribe', sell: 'orders to sell' };

/** A part of what is told of orders, of one side of them. */
export type ModelPart = Extract<WorkspacePart, { readonly side: OrderSide }>;

/** @param span - of the whole drift, which has one flag. */
export function driftFlag(about: ModelPart, drift: ModelDrift, span: DriftSpan): CandidateFlag {
  const { metric, observed, expectedLow, expectedHigh, orders } = drift;
  return makeFlag(
    {
      kind: 'drift',
      entityKind: 'workspace',
      entityId: workspacePartId(about),
      firstMs: span.firstMs,
      lastMs: drift.lastMs,
      windowMs: DAY_MS,
      surprise: drift.surprise,
      evidence: [{ metric, observed, expectedLow, expectedHigh, baselineSpanMs: 0, n: orders }],
      reasons: [REASONS[about.part](drift, OF_SIDE[about.side])],
    },
    VERSION,
  );
}

const REASONS: Readonly<Record<ModelPart['part'], (drift: ModelDrift, orders: string) => FlagReason>> = {
  model: ({ orders, groups, observed, expectedLow, expectedHigh }, ofSide) => ({
    code: 'calibration_drift',
    text: `Of ${orders} ${ofSide}, of ${groups} products and hours, ${percent(observed)} went through; by the probabilities that were told ${percent(expectedLow)} to ${percent(expectedHigh)} was to be expected.`,
  }),
  'model inputs': ({ metric, orders, observed, expectedLow, expectedHigh }, ofSide) => ({
    code: 'inputs_drift',
    text: metric.startsWith('share')
      ? `Of ${orders} ${ofSide}, the ${metric} is ${percent(observed)}; of those that the model learnt from it was ${percent(expectedHigh)}.`
      : `The ${metric} of ${orders} ${ofSide} is otherwise than of those that the model learnt from: its middle is ${shown(observed)}, most of those were between ${shown(expectedLow)} and ${shown(expectedHigh)}.`,
  }),
};

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(3)));
}
