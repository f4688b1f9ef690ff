import type { FeatureQuery, FeaturesAnswer } from '@tidemark/protocol';
import type { Minimise } from '../ingest/minimise/create-minimise.js';
import { withPseudonyms } from '../ingest/minimise/pseudonymise.js';
import type { IsErased } from '../ingest/refuse-erased.js';
import type { OpenSuppressions } from '../privacy/open-suppressions.js';
import { createPseudonyms, type Pseudonyms } from '../workspaces/pseudonyms.js';
import type { Registry } from '../workspaces/registry.js';

type ReadFeatures = (workspaceId: string, query: FeatureQuery) => Promise<FeaturesAnswer>;

/** Where pseudonyms meet what is written and what is asked for: whoever asks names people as the app does. */
export interface OpenPseudonyms extends Pick<Pseudonyms, 'formsOf' | 'storedId'> {
  /** @param countUnsought - told of ids that a batch names beyond those that are looked for in its texts. */
  inMinimise(minimise: Minimise, countUnsought: (ids: number) => void): Minimise;
  /** By whichever of their ids somebody was erased. */
  readonly isErased: IsErased;
  inFeatures(read: ReadFeatures): ReadFeatures;
}

export function openPseudonyms(
  registry: Registry,
  suppressions: Pick<OpenSuppressions, 'isErased' | 'count'>,
): OpenPseudonyms {
  const { maker, formsOf, storedId } = createPseudonyms(registry);
  return {
    formsOf,
    storedId,
    inMinimise: (minimise, countUnsought) => withPseudonyms(minimise, maker, countUnsought),
    isErased: (workspaceId, id) =>
      suppressions.count() > 0 && formsOf(workspaceId, id).some((form) => suppressions.isErased(workspaceId, form)),
    inFeatures: (read) => async (workspaceId, query) => {
      const { subject } = query;
      let answer = await read(workspaceId, query);
      for (const form of formsOf(workspaceId, subject)) {
        if (answer.kinds.length > 0) break;
        answer = await read(workspaceId, { ...query, subject: form });
      }
      return { ...answer, subject };
    },
  };
}
