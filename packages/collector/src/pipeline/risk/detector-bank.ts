import {
  type CandidateFlag,
  createFlagBank,
  type DetectorState,
  type RiskDetector,
  type RiskEvent,
} from '@tidemark/analytics/anomalies';

/** All that the detectors of all workspaces remember: by workspace. Plain data. */
export type BankState = Readonly<Record<string, DetectorState>>;

/** Shows each event to the detectors of its workspace, once. */
export interface DetectorBank {
  observe(workspaceId: string, event: RiskEvent): readonly CandidateFlag[];
  save(): BankState;
  /** Entities that were forgotten to keep memory bounded. */
  evicted(): number;
}

export function createDetectorBank(saved: BankState = {}): DetectorBank {
  const workspaces = new Map<string, RiskDetector>();
  for (const workspaceId of Object.keys(saved)) detectorOf(workspaceId);

  function detectorOf(workspaceId: string): RiskDetector {
    let detector = workspaces.get(workspaceId);
    if (!detector) {
      detector = createFlagBank({}, saved[workspaceId]);
      workspaces.set(workspaceId, detector);
    }
    return detector;
  }
  return {
    observe: (workspaceId, event) => detectorOf(workspaceId).observe(event),
    save: () => Object.fromEntries([...workspaces].map(([workspaceId, detector]) => [workspaceId, detector.save()])),
    evicted: () => [...workspaces.values()].reduce((sum, detector) => sum + detector.evicted(), 0),
  };
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
