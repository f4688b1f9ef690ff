import {
  type CandidateFlag,
  createFlagBank,
  type DetectorState,
  joinPieces,
  type RiskDetector,
  type RiskEvent,
  type TablePiece,
} from '@tidemark/analytics/anomalies';

/** All that the detectors of all workspaces remember: by workspace. Plain data. */
export type BankState = Readonly<Record<string, DetectorState>>;

/** Some of what the detectors of one workspace remember. */
export interface BankPiece extends TablePiece {
  readonly workspaceId: string;
}
/** Amounts from which an order is reported or reviewed, by workspace. */
export type ReportingLimits = Readonly<Record<string, number>>;

/** Shows each event to the detectors of its workspace, once. */
export interface DetectorBank {
  observe(workspaceId: string, event: RiskEvent): readonly CandidateFlag[];
  /**
   * Finds what did not happen, in which workspace; to be called about once a minute while whatever comes is observed at once.
   *
   * @param refused - workspaces of which nothing is taken for now.
   */
  tick(
    nowMs: number,
    refused?: readonly string[],
  ): readonly { readonly workspaceId: string; readonly flag: CandidateFlag }[];
  /** All that they remember, little by little; nothing may be observed until the last. */
  pieces(): Iterable<BankPiece>;
  /** Entities that were forgotten to keep memory bounded. */
  evicted(): number;
  /** Views of pages that are not watched, for the same reason. */
  unwatched(): number;
}

/** @param limits - asked at each order. */
export function createDetectorBank(saved: BankState = {}, limits: () => ReportingLimits = () => ({})): DetectorBank {
  const workspaces = new Map<string, RiskDetector>();
  for (const [workspaceId, state] of Object.entries(saved)) detectorOf(workspaceId, state);

  function detectorOf(workspaceId: string, state?: DetectorState): RiskDetector {
    let detector = workspaces.get(workspaceId);
    if (!detector) {
      const settings = {
        get reportingLimit() {
          return limits()[workspaceId];
        },
      };
      detector = createFlagBank(settings, state);
      workspaces.set(workspaceId, detector);
    }
    return detector;
  }
  const sumOf = (count: (detector: RiskDetector) => number) =>
    [...workspaces.values()].reduce((sum, detector) => sum + count(detector), 0);
  return {
    observe: (workspaceId, event) => detectorOf(workspaceId).observe(event),
    tick: (nowMs, refused = []) =>
      [...workspaces].flatMap(([workspaceId, detector]) =>
        refused.includes(workspaceId) ? [] : detector.tick(nowMs).map((flag) => ({ workspaceId, flag })),
      ),
    *pieces() {
      for (const [workspaceId, detector] of workspaces) {
        for (const piece of detector.pieces()) yield { workspaceId, ...piece };
      }
    },
    evicted: () => sumOf((detector) => detector.evicted()),
    unwatched: () => sumOf((detector) => detector.unwatched()),
  };
}

/** The state that these are the pieces of. */
export function joinBank(pieces: readonly BankPiece[]): BankState {
  const ids = [...new Set(pieces.map(({ workspaceId }) => workspaceId))];
  const piecesOf = (id: string) => pieces.filter(({ workspaceId }) => workspaceId === id);
  return Object.fromEntries(ids.map((id) => [id, joinPieces(piecesOf(id))]));
}

/** The state without one entity: its own records, and its id where it stands in others'. */
export function withoutEntity(state: BankState, workspaceId: string, forms: readonly string[]): BankState {
  const own = state[workspaceId];
  if (!own) return state;
  return { ...state, [workspaceId]: without(own, forms) as typeof own }; // of the same shape: only entries are missing
}

/** A table is a list of [id, record]: an entry under the id goes whole, any other text that is the id goes out of its list. */
function without(value: unknown, forms: readonly string[]): unknown {
  const isIt = (one: unknown) => typeof one === 'string' && forms.includes(one);
  if (Array.isArray(value)) {
    return value
      .filter((one) => !isIt(one) && !(Array.isArray(one) && one.length === 2 && isIt(one[0])))
      .map((one) => without(one, forms));
  }
  if (typeof value !== 'object' || value === null) return isIt(value) ? '' : value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !isIt(key))
      .map(([key, one]) => [key, without(one, forms)]),
  );
}
