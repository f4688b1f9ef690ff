import type { OrderSide } from '@tidemark/protocol';

/** What drifts: what is told of orders from what becomes of them, or what is known of them from what was learnt from. */
export const MODEL_DRIFTS = ['calibration', 'inputs'] as const;
export type ModelDriftKind = (typeof MODEL_DRIFTS)[number];

/** What stands before the side. */
export const MODEL_PARTS: Readonly<Record<ModelDriftKind, string>> = {
  calibration: 'model ',
  inputs: 'model inputs ',
};

/** The part of a workspace that a flag of a drift is about. */
export function modelPart(kind: ModelDriftKind, side: OrderSide): string {
  return `${MODEL_PARTS[kind]}${side}`;
}
