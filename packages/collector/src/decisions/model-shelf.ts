import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import {
  isInputError,
  openSuccess,
  type SuccessModel,
  type SuccessScorer,
  sealSuccess,
  unsealSuccess,
} from '@tidemark/analytics/scores';
import { TidemarkError } from '../observe/errors.js';
import type { Logger } from '../observe/logger.js';

/** A model that answers. */
export interface ServingModel {
  /** First 16 digits of its checksum: names it in answers and in what was decided by it. */
  readonly version: string;
  readonly model: SuccessModel;
  readonly scorer: SuccessScorer;
}

/** The models of all workspaces, a file each, kept for as long as something decided by them may be asked about. */
export interface ModelShelf {
  /** The one that answers; undefined where none was trained yet. */
  serving(workspaceId: string): ServingModel | undefined;
  /** Any that was ever kept; undefined for none of this version, or a damaged one. */
  find(workspaceId: string, version: string): Promise<ServingModel | undefined>;
  /** Versions, the newest first. */
  versions(workspaceId: string): Promise<readonly string[]>;
  /**
   * Puts a model into its file, and into service.
   *
   * @throws {TidemarkError} `model_input_unusable` for what is none of ours; the one before goes on answering.
   */
  install(workspaceId: string, text: string): Promise<ServingModel>;
}

const FILE = /^(\d{6})-([0-9a-f]{16})\.json$/;

/** Opens the newest model of each workspace that can be read: a damaged one is named in the log, the one before serves. */
export async function openModelShelf(directory: string, logger: Pick<Logger, 'warn'>): Promise<ModelShelf> {
  await mkdir(directory, { recursive: true });
  const current = new Map<string, ServingModel>();
  for (const workspaceId of await readdir(directory)) {
    const newest = await newestReadable(workspaceId);
    if (newest) current.set(workspaceId, newest);
  }

  async function filesOf(workspaceId: string): Promise<string[]> {
    const names = await readdir(join(directory, workspaceId)).catch(() => [] as string[]); // none yet
    return names
      .filter((name) => FILE.test(name))
      .sort()
      .reverse();
  }

  async function newestReadable(workspaceId: string): Promise<ServingModel | undefined> {
    for (const name of await filesOf(workspaceId)) {
      const model = await readFileOf(workspaceId, name);
      if (model) return model;
    }
    return undefined;
  }

  async function readFileOf(workspaceId: string, name: string): Promise<ServingModel | undefined> {
    try {
      return opened(await readFile(join(directory, workspaceId, name), 'utf8'));
    } catch (error) {
      logger.warn({ workspaceId, file: name, error: String(error) }, 'a model cannot be read; the one before serves');
      return undefined;
    }
  }

  return {
    serving: (workspaceId) => current.get(workspaceId),
    async find(workspaceId, version) {
      const serving = current.get(workspaceId);
      if (serving?.version === version) return serving;
      const name = (await filesOf(workspaceId)).find((file) => FILE.exec(file)?.[2] === version);
      return name === undefined ? undefined : readFileOf(workspaceId, name);
    },
    versions: async (workspaceId) => (await filesOf(workspaceId)).map((name) => FILE.exec(name)?.[2] ?? ''), // all of them have that form
    async install(workspaceId, text) {
      const model = openedOrRefused(text);
      const files = await filesOf(workspaceId);
      const number = 1 + Number(files[0]?.slice(0, 6) ?? 0);
      await mkdir(join(directory, workspaceId), { recursive: true });
      const path = join(directory, workspaceId, `${String(number).padStart(6, '0')}-${model.version}.json`);
      await writeDurably(path, sealSuccess(model.model).text);
      current.set(workspaceId, model);
      return model;
    },
  };
}

function opened(text: string): ServingModel {
  const { checksum, model } = unsealSuccess(text);
  return { version: checksum.slice(0, 16), model, scorer: openSuccess(model) };
}

function openedOrRefused(text: string): ServingModel {
  try {
    return opened(text);
  } catch (error) {
    if (isInputError(error)) throw new TidemarkError('model_input_unusable', error.message, { cause: error });
    throw error;
  }
}

/** Whole or not at all: a power cut leaves the file before. */
async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}
