import {
  type CalibratedModel,
  type Cell,
  type CustomerModel,
  ORDER_SIDES,
  type StabilityLine,
  type SuccessModel,
  stabilityOf,
} from '@tidemark/analytics/scores';
import type { AskedFacts } from '../store/decisions/recent-decisions.js';
import type { KeptModel } from './model-shelf.js';

/** Reached at this many points of the curve of a calibration. */
const CURVE_POINTS = 20;

/** What somebody must know who is to trust a model; JSON. */
export interface SuccessCard {
  readonly version: string;
  readonly format: string;
  readonly sides: Readonly<Record<(typeof ORDER_SIDES)[number], SideCard>>;
  /** Null for none; a reason where customers cannot be told apart. */
  readonly customer: (TargetCard & Pick<CustomerModel, 'bands'>) | { readonly refused: string } | null;
}

interface SideCard {
  readonly any: TargetCard;
  readonly full: TargetCard;
  readonly activity: SuccessModel['sides']['sell']['activity'];
}

export type TargetCard = CalibratedModel['model']['card'] & {
  readonly kind: string;
  readonly columns: CalibratedModel['model']['columns'];
  /** Said by the model, and what happened to rows it had not seen: both ends. */
  readonly calibration: readonly { readonly score: number; readonly low: number; readonly high: number }[];
  readonly labelSets: CalibratedModel['labelSets'];
  /** Mean points that each value adds against the average row. */
  readonly shapes: readonly Shape[];
  /** Of what it was asked since, against what it learnt from; null where nobody asked, or the store is down. */
  readonly stability: { readonly decisions: number; readonly lines: readonly StabilityLine[] } | null;
};

type Shape = Pick<NonNullable<CalibratedModel['portrait']>['features'][number], 'name' | 'steps'>;

/** @param asked - what the model decided of late, the newest first; shapes and stability of `full` are told as of `any`. */
export function modelCard({ version, model }: KeptModel, asked: readonly AskedFacts[]): SuccessCard {
  const decided = asked.map(({ side, facts, answer }) => ({
    side,
    known: JSON.parse(facts) as Readonly<Record<string, Cell>> | null, // as a decision was written down
    probability: Number((JSON.parse(answer) as { readonly probability?: unknown }).probability),
    full: Number((JSON.parse(answer) as { readonly full?: { readonly probability?: unknown } }).full?.probability),
  }));
  type Decided = (typeof decided)[number];
  const of = (side: Decided['side'], probability: (one: Decided) => number) =>
    decided.flatMap((one) =>
      one.side === side && one.known ? [{ known: one.known, probability: probability(one) }] : [],
    );
  const sides = ORDER_SIDES.map((side) => {
    const { any, full, activity } = model.sides[side];
    const card: SideCard = {
      any: targetCard(
        any,
        of(side, ({ probability }) => probability),
      ),
      full: targetCard(
        full,
        of(side, (one) => one.full),
      ),
      activity,
    };
    return [side, card] as const;
  });
  const { customer } = model;
  return {
    version,
    format: model.format,
    sides: Object.fromEntries(sides) as SuccessCard['sides'], // one for each
    customer:
      customer?.kind === 'fitted'
        ? {
            ...targetCard(
              customer.card,
              of('', ({ probability }) => probability),
            ),
            bands: customer.card.bands,
          }
        : customer
          ? { refused: customer.reason }
          : null,
  };
}

function targetCard(
  { model, vennAbers, labelSets, portrait }: CalibratedModel,
  asked: Parameters<typeof stabilityOf>[1],
): TargetCard {
  const step = Math.max(1, Math.floor(vennAbers.scores.length / CURVE_POINTS));
  return {
    kind: model.body.kind,
    ...model.card,
    columns: model.columns,
    calibration: vennAbers.scores.flatMap((score, at) =>
      at % step === 0 ? [{ score, low: vennAbers.ifNegative[at] ?? 0, high: vennAbers.ifPositive[at] ?? 1 }] : [],
    ),
    labelSets,
    shapes: portrait?.features.map(({ name, steps }) => ({ name, steps })) ?? [],
    stability: portrait && asked.length > 0 ? { decisions: asked.length, lines: stabilityOf(portrait, asked) } : null,
  };
}
