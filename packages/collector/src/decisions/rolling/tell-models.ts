import type { ChampionModel, ModelSummary, ModelVersions } from '@tidemark/protocol';
import type { KeptModel } from '../model-shelf.js';
import type { ServingBook, ServingModel } from './serving-book.js';

type Told = Omit<ModelVersions, 'versions' | 'training'>;

/** Who serves, who would, and why. */
export function tellModels(
  book: Pick<ServingBook, 'serving' | 'rival' | 'state'>,
  workspaceId: string,
  refitEvery: number,
): Told {
  const [champion, state] = [book.serving(workspaceId), book.state(workspaceId)];
  const challenger = book.rival(workspaceId, 'challenger');
  return {
    serving: champion?.version ?? null,
    champion: champion
      ? { ...summary(champion), isHeld: state?.isHeld ?? false, recalibratedBy: lookedAt(champion) }
      : null,
    challenger: challenger ? summary(challenger) : null,
    newOutcomes: state?.newOutcomes ?? 0,
    refitEvery,
    judged: state?.judged ?? null,
    trained: state?.trained ?? null,
  };
}

function lookedAt({ recalibration: { subscribe, sell } }: ServingModel): ChampionModel['recalibratedBy'] {
  return { subscribe: subscribe?.outcomes ?? 0, sell: sell?.outcomes ?? 0 };
}

function summary({ version, kind, trainedAtMs }: KeptModel): ModelSummary {
  return { version, kind, trainedAt: trainedAtMs };
}
