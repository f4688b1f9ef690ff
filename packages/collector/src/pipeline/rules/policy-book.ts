import { type RiskPolicy, USUAL_POLICY, type WrittenPolicy } from './risk-policy.js';

/** A version of a workspace's policy. */
export interface KeptPolicy {
  readonly workspaceId: string;
  readonly policy: RiskPolicy;
  readonly changedAt: number;
  /** Id of the key that changed it. */
  readonly changedBy: string;
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

export interface PolicyBookOptions {
  readonly kept: readonly KeptPolicy[];
  readonly save: (kept: readonly KeptPolicy[]) => Promise<void>;
  readonly now: () => number;
}

const VERSIONS_MAX = 20;

export function createPolicyBook({ kept: initial, save, now }: PolicyBookOptions): PolicyBook {
  let kept = initial;
  let inForce = latestOf(kept);
  let tail: Promise<unknown> = Promise.resolve();

  function check(workspaceId: string, { version: given, ...policy }: WrittenPolicy): PolicyChange {
    const before = of(workspaceId).version;
    const version = given ?? before + 1;
    if (version !== before && version !== before + 1)
      return {
        kind: 'conflict',
        detail: `version: ${version} does not follow ${before}, which is the latest; look at that one first, or leave the version out.`,
      };
    return { kind: 'done', policy: { ...policy, version: before + 1 } };
  }

  const of = (workspaceId: string) => inForce.get(workspaceId)?.policy ?? USUAL_POLICY;
  const versions = (workspaceId: string) => kept.filter((one) => one.workspaceId === workspaceId).reverse();

  async function setNow(workspaceId: string, written: WrittenPolicy, changedBy: string): Promise<PolicyChange> {
    const change = check(workspaceId, written);
    if (change.kind !== 'done') return change;
    const former = versions(workspaceId)
      .slice(0, VERSIONS_MAX - 1)
      .reverse();
    const others = kept.filter((one) => one.workspaceId !== workspaceId);
    const next = [...others, ...former, { workspaceId, policy: change.policy, changedAt: now(), changedBy }];
    await save(next);
    kept = next;
    inForce = latestOf(kept);
    return change;
  }

  return {
    of,
    versions,
    all: () => [...inForce.values()],
    check,
    set(workspaceId, written, by) {
      const done = tail.then(() => setNow(workspaceId, written, by)); // one at a time: a version is given once
      tail = done.catch(() => undefined);
      return done;
    },
  };
}

function latestOf(kept: readonly KeptPolicy[]): ReadonlyMap<string, KeptPolicy> {
  return new Map(kept.map((one) => [one.workspaceId, one])); // the last of each holds
}
