import type { WorkspacePart } from '@tidemark/protocol';
import { type CandidateFlag, makeFlag } from './flag.js';
import type { RiskEvent } from './risk-event.js';
import { newShareWatch, type ShareBreak, type ShareRule, type ShareWatch, watchShare } from './share-watch.js';
import { workspacePartId } from './workspace-part.js';

const VERSION = 1;
const HOUR_MS = 3_600_000;
/** An order form that has not led to an order by then has led to none. */
const FORM_MS = 10 * 60_000;
/** Forms under way on one surface; the oldest count as given up when there are more. */
const FORMS_MAX = 2_000;

/** A quarter of people think better of it; when nearly all do, the form is broken. */
const FUNNEL: ShareRule = { usualLeast: 0.2, bad: 0.85 };
const NAMELESS: ShareRule = { usualLeast: 0.005, bad: 0.5 };
const ERRORS: ShareRule = { usualLeast: 0.01, bad: 0.25 };
const REFUSALS: ShareRule = { usualLeast: 0.01, bad: 0.25 };
/** A surface to which one session comes where twenty came is silent. */
const SILENCE = 20;
/** People of a surface sleep when those of another do not: the share is of a day, and a few who are elsewhere are chance whatever is usual. */
const SILENCE_RULE = { usualLeast: 0.5, trialsLeast: 500 };

/** One surface of the app. Plain data but for the map. */
export interface SurfaceHealth {
  /** Devices that filled in an order form, and when: those that no order has followed yet, the oldest first. */
  readonly forms: Map<string, number>;
  funnel: ShareWatch;
  nameless: ShareWatch;
  /** Sessions that are elsewhere. */
  elsewhere: ShareWatch;
}

export function newSurfaceHealth(): SurfaceHealth {
  return { forms: new Map(), funnel: newShareWatch(), nameless: newShareWatch(), elsewhere: newShareWatch() };
}

/**
 * Finds surfaces on which order forms no longer lead to orders: the funnel breaks.
 *
 * @param health - of the event's surface; takes the event in.
 */
export function findFunnelBreak(health: SurfaceHealth, event: RiskEvent): CandidateFlag | undefined {
  const { atMs, deviceId, surface = '' } = event;
  let found = expire(health, atMs);
  if (event.action === 'order') {
    if (health.forms.delete(deviceId)) {
      found = watchShare(health.funnel, atMs, false, FUNNEL) ?? found;
    }
  } else if (event.step === 'begun' && !health.forms.has(deviceId)) {
    health.forms.set(deviceId, atMs);
  }
  return (
    found &&
    flagOf('funnel_break', { part: 'surface', surface }, atMs, found, {
      metric: 'share of order forms without an order',
      code: 'orders_fail',
      text: `Of ${found.trials} order forms on ${surface}, ${percent(found.share)} led to no order; ${percent(found.usual)} is usual.`,
    })
  );
}

/** A view without title and template, where they had them. */
export function findNullSurge(health: SurfaceHealth, event: RiskEvent): CandidateFlag | undefined {
  if (event.action !== 'view' || event.isNameless === undefined) return undefined;
  const { surface = '' } = event;
  const found = watchShare(health.nameless, event.atMs, event.isNameless, NAMELESS);
  return (
    found &&
    flagOf('data_quality', { part: 'surface', surface }, event.atMs, found, {
      metric: 'share of views without names',
      code: 'null_surge',
      text: `Of ${found.trials} views on ${surface}, ${percent(found.share)} come without title and template; ${percent(found.usual)} is usual.`,
    })
  );
}

/**
 * Errors a view, all releases in one row: a new release is judged by what was usual before it.
 *
 * @param errors - of the workspace; takes the event in.
 */
export function findReleaseCliff(errors: ShareWatch, event: RiskEvent): CandidateFlag | undefined {
  const { release } = event;
  if (release === undefined || event.isError === undefined) return undefined;
  const found = watchShare(errors, event.atMs, event.isError, ERRORS);
  return (
    found &&
    flagOf('data_quality', { part: 'release', release }, event.atMs, found, {
      metric: 'share of views with an error',
      code: 'release_cliff',
      text: `Since release ${release}, ${percent(found.share)} of ${found.trials} views and errors are errors; ${percent(found.usual)} is usual.`,
    })
  );
}

/**
 * Deliveries of which something was refused.
 *
 * @param refusals - of the workspace; takes the event in.
 */
export function findRefusals(refusals: ShareWatch, event: RiskEvent): CandidateFlag | undefined {
  const found = watchShare(refusals, event.atMs, event.isRefused === true, REFUSALS);
  return (
    found &&
    flagOf('data_quality', { part: 'deliveries' }, event.atMs, found, {
      metric: 'share of deliveries with refused events',
      code: 'refused',
      text: `Of ${found.trials} deliveries, ${percent(found.share)} bring events that are refused; ${percent(found.usual)} is usual.`,
    })
  );
}

/**
 * A surface to which no sessions come any more, while they come to others.
 *
 * @param elsewhere - of the surface; takes the session in.
 * @param surface - which it watches; the event begins a session there or elsewhere.
 */
export function findSilence(elsewhere: ShareWatch, surface: string, event: RiskEvent): CandidateFlag | undefined {
  const usual = Math.max(SILENCE_RULE.usualLeast, elsewhere.share);
  const rule = { ...SILENCE_RULE, bad: 1 - (1 - usual) / SILENCE };
  const found = watchShare(elsewhere, event.atMs, event.surface !== surface, rule);
  return (
    found &&
    flagOf('data_quality', { part: 'surface', surface }, event.atMs, found, {
      metric: 'share of sessions elsewhere',
      code: 'silent',
      text: `Of ${found.trials} sessions, ${percent(1 - found.share)} were on ${surface}; ${percent(1 - found.usual)} is usual.`,
    })
  );
}

function expire({ forms, funnel }: SurfaceHealth, atMs: number): ShareBreak | undefined {
  let found: ShareBreak | undefined;
  for (const [deviceId, beganMs] of forms) {
    if (atMs - beganMs <= FORM_MS && forms.size <= FORMS_MAX) break;
    forms.delete(deviceId);
    found = watchShare(funnel, atMs, true, FUNNEL) ?? found;
  }
  return found;
}

function flagOf(
  kind: 'funnel_break' | 'data_quality',
  part: WorkspacePart,
  atMs: number,
  { share, usual, trials, fromMs, surprise, baselineSpanMs }: ShareBreak,
  { metric, code, text }: { readonly metric: string; readonly code: string; readonly text: string },
): CandidateFlag {
  return makeFlag(
    {
      kind,
      entityKind: 'workspace',
      entityId: workspacePartId(part),
      firstMs: Math.min(fromMs, atMs),
      lastMs: atMs,
      windowMs: HOUR_MS,
      surprise,
      evidence: [{ metric, observed: share, expectedLow: 0, expectedHigh: usual, baselineSpanMs, n: trials }],
      reasons: [{ code, text }],
    },
    VERSION,
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
