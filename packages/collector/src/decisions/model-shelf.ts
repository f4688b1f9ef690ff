import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  isInputError,
  type ModelKind,
  openSuccess,
  type SuccessModel,
  type SuccessScorer,
  sealSuccess,
  unsealSuccess,
} from '@tidemark/analytics/scores';
import { readText } from '../disk/read-text.js';
import { writeWhole } from '../disk/write-whole.js';
import { TidemarkError } from '../observe/errors.js';
import type { Logger } from '../observe/logger.js';

/** A model, ready to answer. */
export interface KeptModel {
  /** First 16 digits of its checksum: names it in answers and in what was decided by it. */
  readonly version: string;
  readonly kind: ModelKind;
  /** Orders placed before are known to it. */
  readonly trainedAtMs: number;
  readonly model: SuccessModel;
  readonly scorer: SuccessScorer;
}

/** The models of all workspaces, a file each, kept for as long as something decided by them may be asked about. */
export interface ModelShelf {
  /** Any that was ever kept; undefined for none of this version, or a damaged one. */
  find(workspaceId: string, version: string): Promise<KeptModel | undefined>;
  /** Versions, the newest first. */
  versions(workspaceId: string): Promise<readonly string[]>;
  /**
   * Puts a model into its file.
   *
   * @throws {TidemarkError} `model_input_unusable` for what is none of ours.
   */
  keep(workspaceId: string, text: string): Promise<KeptModel>;
  /** Takes one out that never answered: nothing can be asked about it. */
  remove(workspaceId: string, version: string): Promise<void>;
}

const FILE = /^(\d{6})-([0-9a-f]{16})\.json$/;

export function createModelShelf(directory: string, logger: Pick<Logger, 'warn'>): ModelShelf {
  async function filesOf(workspaceId: string): Promise<string[]> {
    const names = await readdir(join(directory, workspaceId)).catch(() => [] as string[]); // none yet
    return names
      .filter((name) => FILE.test(name))
      .sort()
      .reverse();
  }

  return {
    async find(workspaceId, version) {
      const file = (await filesOf(workspaceId)).find((name) => versionOf(name) === version);
      if (file === undefined) return undefined;
      try {
        return opened(await readText(join(directory, workspaceId, file)));
      } catch (error) {
        logger.warn({ workspaceId, file, error: String(error) }, 'a model cannot be read; the one before serves');
        return undefined;
      }
    },
    versions: async (workspaceId) => (await filesOf(workspaceId)).map(versionOf),
    async keep(workspaceId, text) {
      const kept = openedOrRefused(text);
      const files = await filesOf(workspaceId);
      if (files.some((name) => versionOf(name) === kept.version)) return kept; // of the same orders
      const number = 1 + Number(files[0]?.slice(0, 6) ?? 0);
      await mkdir(join(directory, workspaceId), { recursive: true });
      const file = `${String(number).padStart(6, '0')}-${kept.version}.json`;
      await writeWhole(join(directory, workspaceId, file), sealSuccess(kept.model).text);
      return kept;
    },
    async remove(workspaceId, version) {
      for (const file of await filesOf(workspaceId)) {
        if (versionOf(file) === version) await rm(join(directory, workspaceId, file));
      }
    },
  };
}

function versionOf(file: string): string {
  return FILE.exec(file)?.[2] ?? ''; // all of them have that form
}

function opened(text: string): KeptModel {
  const { checksum, model } = unsealSuccess(text);
  const { body, card } = model.sides.subscribe.any.model;
  return {
    version: checksum.slice(0, 16),
    kind: body.kind,
    trainedAtMs: card.trainedAtMs ?? 0,
    model,
    scorer: openSuccess(model),
  };
}

function openedOrRefused(text: string): KeptModel {
  try {
    return opened(text);
  } catch (error) {
    if (isInputError(error)) throw new TidemarkError('model_input_unusable', error.message, { cause: error });
    throw error;
  }
}
