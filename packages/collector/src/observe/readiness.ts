import { within } from './within.js';

/** What must hold for a collector to do its work, and whether it does. */
export interface ReadinessCheck {
  readonly ok: boolean;
  /** What is the matter, or how much there is left. */
  readonly detail: string;
}

export const READINESS_CHECKS = ['wal', 'disk', 'store', 'schema', 'roles'] as const;
export type ReadinessName = (typeof READINESS_CHECKS)[number];

/** Without these no event is accepted; the rest can be away for days and nothing is lost. */
const NEEDED_TO_ACCEPT: readonly ReadinessName[] = ['wal', 'disk'];

export type ReadinessChecks = Readonly<Record<ReadinessName, ReadinessCheck>>;

export type ReadinessProbes = Readonly<Record<ReadinessName, () => ReadinessCheck | Promise<ReadinessCheck>>>;

/** @param purpose - `ingest`: whether events are accepted, which is what a load balancer before pages wants to know. */
export function isReady(checks: ReadinessChecks, purpose: 'all' | 'ingest'): boolean {
  const needed = purpose === 'ingest' ? NEEDED_TO_ACCEPT : READINESS_CHECKS;
  return needed.every((name) => checks[name].ok);
}

/** Asks all of them at once. */
export async function askReadiness(probes: ReadinessProbes): Promise<ReadinessChecks> {
  const answers = await Promise.all(READINESS_CHECKS.map(async (name) => [name, await ask(probes[name])] as const));
  return Object.fromEntries(answers) as Record<ReadinessName, ReadinessCheck>; // one of each name
}

/** A probe that hangs would hang the load balancer. */
const ANSWER_WITHIN_MS = 2_000;

async function ask(probe: () => ReadinessCheck | Promise<ReadinessCheck>): Promise<ReadinessCheck> {
  try {
    const answer = await within(ANSWER_WITHIN_MS, Promise.resolve(probe()));
    return answer ?? { ok: false, detail: 'no answer within two seconds' };
  } catch (error) {
    return { ok: false, detail: String(error) };
  }
}
