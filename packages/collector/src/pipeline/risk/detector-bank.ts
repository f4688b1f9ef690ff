import {
  type CandidateFlag,
  createCredentialStuffingDetector,
  createDormantOrderDetector,
  createImpossibleTravelDetector,
  createOrderAbuseDetector,
  createReplayedStreamDetector,
  createSaleRushDetector,
  createScriptedTimingDetector,
  createVelocityDetector,
  type DetectorState,
  type RiskDetector,
  type RiskEvent,
} from '@tidemark/analytics/anomalies';

/** All that the detectors of all workspaces remember: workspace, detector, state. Plain data. */
export type BankState = Readonly<Record<string, Readonly<Record<string, DetectorState>>>>;

/** Shows each event to each detector of its workspace, once. */
export interface DetectorBank {
  observe(workspaceId: string, event: RiskEvent): readonly CandidateFlag[];
  save(): BankState;
  /** Entities that were forgotten to keep memory bounded. */
  evicted(): number;
}

/** Detectors by the name under which their state is kept; one that is new begins with nothing. */
const DETECTORS: Readonly<Record<string, (saved?: DetectorState) => RiskDetector>> = {
  velocity: createVelocityDetector,
  scriptedTiming: createScriptedTimingDetector,
  impossibleTravel: createImpossibleTravelDetector,
  dormantOrder: createDormantOrderDetector,
  credentialStuffing: createCredentialStuffingDetector,
  orderAbuse: (saved) => createOrderAbuseDetector({}, saved),
  replayedStream: createReplayedStreamDetector,
  saleRush: createSaleRushDetector,
};

export function createDetectorBank(saved: BankState = {}): DetectorBank {
  const workspaces = new Map<string, [name: string, detector: RiskDetector][]>();
  for (const workspaceId of Object.keys(saved)) detectorsOf(workspaceId);

  function detectorsOf(workspaceId: string): [string, RiskDetector][] {
    let detectors = workspaces.get(workspaceId);
    if (!detectors) {
      const states = saved[workspaceId];
      detectors = Object.entries(DETECTORS).map(([name, create]) => [name, create(states?.[name])]);
      workspaces.set(workspaceId, detectors);
    }
    return detectors;
  }
  return {
    observe(workspaceId, event) {
      let found: CandidateFlag[] | undefined;
      for (const [, detector] of detectorsOf(workspaceId)) {
        const flags = detector.observe(event);
        if (flags.length > 0) found = [...(found ?? []), ...flags];
      }
      return found ?? [];
    },
    save: () =>
      Object.fromEntries(
        [...workspaces].map(([workspaceId, detectors]) => [
          workspaceId,
          Object.fromEntries(detectors.map(([name, detector]) => [name, detector.save()])),
        ]),
      ),
    evicted: () => [...workspaces.values()].flat().reduce((sum, [, detector]) => sum + detector.evicted(), 0),
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
