import type { CandidateFlag, RiskEvent } from '@tidemark/analytics/anomalies';
import type { AnomalyTruth } from '@tidemark/analytics/simulator';
import { median } from '../median.js';
import { quantile } from '../quantile.js';

/** What warns of a crowd: two kinds of flags, and a reason that one of herding may have. */
export type CrowdAlarm = 'sale_rush' | 'herding_surge' | 'blind_following';

/** How long before the crowd was at its busiest, and before the last of it set out, it was told. Negative when after. */
export interface CrowdLead {
  readonly beforePeakMs: number;
  readonly beforeEndMs: number;
  /** Of the orders of the crowd, those after the flag. */
  readonly ordersToCome: number;
}

interface Spread {
  readonly median: number;
  /** So it is, or better, in 95 of 100 cases. */
  readonly p5: number;
}

/** Of the cases that were told; null when none was. */
export interface LeadFigures {
  readonly leadMs: { readonly beforePeak: Spread; readonly beforeEnd: Spread } | null;
  /** A share, 0..1. */
  readonly ordersToCome: Spread | null;
}

const PEAK_MS = 5 * 60_000;

/**
 * @param flags - of the case's own kind, about it.
 * @param orders - all there are; those of the case are picked out.
 * @param untilMs - when what the people of the case order is no longer part of it.
 */
export function crowdLeads(
  truth: AnomalyTruth,
  flags: readonly CandidateFlag[],
  orders: readonly RiskEvent[],
  untilMs: number,
): Partial<Record<CrowdAlarm, CrowdLead>> {
  if (truth.kind !== 'sale_rush' && truth.kind !== 'herding_surge') return {};
  const side = truth.kind === 'sale_rush' ? 'sell' : 'subscribe';
  const people = new Set<string>(truth.userIds);
  const times = orders
    .filter(({ order, userId }) => order?.side === side && order.productId === truth.productId && people.has(userId))
    .map(({ atMs }) => atMs)
    .filter((atMs) => atMs >= truth.from && atMs <= untilMs)
    .sort((a, b) => a - b);
  if (times.length === 0) return {};
  const peakMs = peakOf(times);
  const leadOf = (told: readonly CandidateFlag[]): CrowdLead | undefined => {
    if (told.length === 0) return undefined;
    const atMs = Math.min(...told.map(({ lastMs }) => lastMs));
    const toCome = times.filter((one) => one > atMs).length;
    return { beforePeakMs: peakMs - atMs, beforeEndMs: truth.to - atMs, ordersToCome: toCome / times.length };
  };
  const lead = leadOf(flags);
  const ofFollowers = leadOf(flags.filter(({ reasons }) => reasons.some(({ code }) => code === 'blind_following')));
  return { ...(lead && { [truth.kind]: lead }), ...(ofFollowers && { blind_following: ofFollowers }) };
}

/** The middle of the busiest five minutes, the first of several. */
function peakOf(times: readonly number[]): number {
  let [peakMs, most] = [Number.NaN, 0];
  for (const [i, fromMs] of times.entries()) {
    const within = times.slice(i).filter((atMs) => atMs < fromMs + PEAK_MS);
    if (within.length <= most) continue;
    most = within.length;
    peakMs = (fromMs + (within.at(-1) ?? fromMs)) / 2;
  }
  return peakMs;
}

export function leadFigures(leads: readonly CrowdLead[]): LeadFigures {
  if (leads.length === 0) return { leadMs: null, ordersToCome: null };
  const spread = (of: (lead: CrowdLead) => number): Spread => {
    const values = leads.map(of);
    return { median: median(values), p5: quantile(values, 0.05) };
  };
  return {
    leadMs: {
      beforePeak: spread(({ beforePeakMs }) => beforePeakMs),
      beforeEnd: spread(({ beforeEndMs }) => beforeEndMs),
    },
    ordersToCome: spread(({ ordersToCome }) => ordersToCome),
  };
}
