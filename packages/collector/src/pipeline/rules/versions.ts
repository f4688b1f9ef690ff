/** One version of something that a workspace has said. */
export interface Version {
  readonly workspaceId: string;
  readonly changedAt: number;
  /** Id of the key that changed it. */
  readonly changedBy: string;
}

export interface VersionsOptions<T extends Version> {
  /** As they were saved, the oldest of each thing first. */
  readonly kept: readonly T[];
  readonly save: (kept: readonly T[]) => Promise<void>;
  /** The name of what it is a version of, different for any two things of any workspaces. */
  readonly thingOf: (version: T) => string;
}

/** Things that workspaces have said, in memory, each with its last versions. */
export interface Versions<T extends Version> {
  /** All that are kept of a thing, the newest first. */
  of(thing: string): readonly T[];
  /** The newest of each thing. */
  latest(): readonly T[];
  /** Makes it the newest of its thing; resolves when it is on disk, and holds from then on. */
  keep(version: T): Promise<void>;
  /** One change after another: a number is given once. */
  inTurn<R>(change: () => Promise<R>): Promise<R>;
}

export const VERSIONS_MAX = 20;

export function createVersions<T extends Version>({ kept, save, thingOf }: VersionsOptions<T>): Versions<T> {
  let things = byThing(kept, thingOf);
  let tail: Promise<unknown> = Promise.resolve();
  return {
    of: (thing) => (things.get(thing) ?? []).toReversed(),
    latest: () => [...things.values()].flatMap((versions) => versions.slice(-1)),
    async keep(version) {
      const next = new Map(things);
      const thing = thingOf(version);
      next.set(thing, [...(things.get(thing) ?? []), version].slice(-VERSIONS_MAX));
      await save([...next.values()].flat());
      things = next;
    },
    inTurn(change) {
      const done = tail.then(change);
      tail = done.catch(() => undefined);
      return done;
    },
  };
}

/** Why a number that was given is not that of the latest version or of the next; undefined when it is. */
export function whyNotNext(given: number, latest: number): string | undefined {
  if (given === latest || given === latest + 1) return undefined;
  return `version: ${given} does not follow ${latest}, which is the latest; look at that one first, or leave the version out.`;
}

function byThing<T extends Version>(
  kept: readonly T[],
  thingOf: (version: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const things = new Map<string, T[]>();
  for (const version of kept) {
    const versions = things.get(thingOf(version));
    if (versions) versions.push(version);
    else things.set(thingOf(version), [version]);
  }
  return things;
}
