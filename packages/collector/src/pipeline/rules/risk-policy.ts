import { type CandidateFlag, FLAG_CATALOG, FLAG_KINDS, type FlagKind, SEVERITIES } from '@tidemark/analytics/anomalies';
import { z } from 'zod';

/** Nats: one clean entity in e^100 is none. */
const NATS_MAX = 100;
const AMOUNT_MAX = 1e15;

const kindSchema = z.strictObject({
  /** As what flags of the kind are shown, in place of the catalog's. */
  severity: z.enum(SEVERITIES).optional(),
  /** Weaker ones are not told, nats; a detector's own threshold is the least. */
  threshold: z.number().positive().max(NATS_MAX).optional(),
  /** None are told. */
  off: z.boolean().optional(),
});

/** A workspace's own view of the built-in kinds of flags and of decisions, as it is written; what is left out is as usual. */
export const policySchema = z
  .strictObject({
    version: z.number().int().positive().optional(),
    kinds: z.partialRecord(z.enum(FLAG_KINDS), kindSchema).default({}),
    /** Amount from which an order is reported or reviewed, in the workspace's currency: without it nobody stays just below. */
    reportingLimit: z.number().positive().max(AMOUNT_MAX).optional(),
    /** From how many nats on `POST /v1/decide` answers so: as severities go, rarer than one in 10,000, in a million. */
    reviewAt: z.number().positive().max(NATS_MAX).default(Math.log(1e4)),
    denyAt: z.number().positive().max(NATS_MAX).default(Math.log(1e6)),
  })
  .refine(({ reviewAt, denyAt }) => reviewAt <= denyAt, {
    path: ['denyAt'],
    message: 'is below reviewAt: what is denied would be reviewed first',
  });

/** As it was written; its version is the latest or the next, where it is said. */
export type WrittenPolicy = Readonly<z.output<typeof policySchema>>;

export type RiskPolicy = WrittenPolicy & {
  /** Raised with each change; 0 where nobody has said anything. */
  readonly version: number;
};

export const USUAL_POLICY: RiskPolicy = { ...policySchema.parse({}), version: 0 };

/** The flag as the workspace wants it shown; undefined where it wants none. */
export function underPolicy(flag: CandidateFlag, { kinds }: WrittenPolicy): CandidateFlag | undefined {
  const wanted = kinds[flag.kind];
  if (!wanted) return flag;
  if (wanted.off || flag.surprise < (wanted.threshold ?? 0)) return undefined;
  return { ...flag, severity: wanted.severity ?? flag.severity };
}

/** What is said of a kind before one is raised, as the workspace has it. */
export interface KindInForce {
  readonly kind: FlagKind;
  readonly definition: string;
  readonly entities: readonly string[];
  readonly severity: string;
  /** Nats; 0 for the detector's own alone. */
  readonly threshold: number;
  readonly off: boolean;
  /** Why nothing of the kind can be known at this collector; null where it can. */
  readonly unknown: string | null;
}

export function kindsInForce(policy: RiskPolicy, knowsPoints: boolean): readonly KindInForce[] {
  return FLAG_KINDS.map((kind) => {
    const { definition, entities, severity } = FLAG_CATALOG[kind];
    const unknown = whyUnknown(kind, policy, knowsPoints);
    return { kind, definition, entities, severity, threshold: 0, off: false, ...policy.kinds[kind], unknown };
  });
}

function whyUnknown(kind: FlagKind, { reportingLimit }: RiskPolicy, knowsPoints: boolean): string | null {
  if (kind === 'impossible_travel' && !knowsPoints)
    return 'Where networks are is not known: TIDEMARK_GEO_DATABASE names no database of cities.';
  if (kind === 'structuring' && reportingLimit === undefined)
    return 'There is no limit that orders could stay just below: the policy sets no reportingLimit.';
  return null;
}
