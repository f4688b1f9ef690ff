import { type RiskPolicy, USUAL_POLICY, type WrittenPolicy } from './risk-policy.js';
import { createVersions, type Version, type VersionsOptions, whyNotNext } from './versions.js';

/** A version of a workspace's policy. */
export interface KeptPolicy extends Version {
  readonly policy: RiskPolicy;
}

export type PolicyChange =
  | { readonly kind: 'done'; readonly policy: RiskPolicy }
  | { readonly kind: 'conflict'; readonly detail: string };

/** The policies of all workspaces, in memory, each with its last versions. */
export interface PolicyBook {
  /** The one in force. */
  of(workspaceId: string): RiskPolicy;
  /** The newest first; none where nobody has said anything. */
  versions(workspaceId: string): readonly KeptPolicy[];
  /** Those in force, of workspaces that have one of their own. */
  all(): readonly KeptPolicy[];
  /** Whether it would be taken; changes nothing. */
  check(workspaceId: string, written: WrittenPolicy): PolicyChange;
  /** Resolves when it is on disk; in force from then on. */
  set(workspaceId: string, written: WrittenPolicy, by: string): Promise<PolicyChange>;
}

export interface PolicyBookOptions extends Pick<VersionsOptions<KeptPolicy>, 'kept' | 'save'> {
  readonly now: () => number;
}

export function createPolicyBook({ now, ...file }: PolicyBookOptions): PolicyBook {
  const versions = createVersions({ ...file, thingOf: ({ workspaceId }) => workspaceId });
  let inForce = byWorkspace(versions.latest());

  const of = (workspaceId: string) => inForce.get(workspaceId)?.policy ?? USUAL_POLICY;

  function check(workspaceId: string, { version: given, ...policy }: WrittenPolicy): PolicyChange {
    const before = of(workspaceId).version;
    const conflict = whyNotNext(given ?? before, before);
    return conflict === undefined
      ? { kind: 'done', policy: { ...policy, version: before + 1 } }
      : { kind: 'conflict', detail: conflict };
  }

  return {
    of,
    versions: versions.of,
    all: versions.latest,
    check,
    set: (workspaceId, written, changedBy) =>
      versions.inTurn(async () => {
        const change = check(workspaceId, written);
        if (change.kind !== 'done') return change;
        await versions.keep({ workspaceId, policy: change.policy, changedAt: now(), changedBy });
        inForce = byWorkspace(versions.latest());
        return change;
      }),
  };
}

function byWorkspace(latest: readonly KeptPolicy[]): ReadonlyMap<string, KeptPolicy> {
  return new Map(latest.map((one) => [one.workspaceId, one]));
}
