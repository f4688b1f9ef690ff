import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Recalibration, type Rival, recalibrationOf } from '@tidemark/analytics/scores';
import type { OrderSide } from '@tidemark/protocol';
import { readText } from '../../disk/read-text.js';
import { writeWhole } from '../../disk/write-whole.js';
import type { Logger } from '../../observe/logger.js';
import type { KeptModel, ModelShelf } from '../model-shelf.js';
import { beginServing, type ServingState } from './serving-state.js';

/** The model that answers, recalibrated by what became of the last orders. */
export interface ServingModel extends KeptModel {
  readonly recalibration: Readonly<Record<OrderSide, Recalibration | null>>;
}

/** Who answers in each workspace: on disk first, then in force. */
export interface ServingBook {
  /** The one that answers; undefined where none was trained yet. */
  serving(workspaceId: string): ServingModel | undefined;
  rival(workspaceId: string, rival: Rival): KeptModel | undefined;
  state(workspaceId: string): ServingState | undefined;
  /** A challenger that gave way without having answered is taken off the shelf. @throws when the disk does not take it: what was in force stays. */
  put(workspaceId: string, state: ServingState): Promise<void>;
  workspaces(): readonly string[];
}

interface InForce {
  readonly state: ServingState;
  readonly serving: ServingModel;
  readonly rivals: Readonly<Partial<Record<Rival, KeptModel>>>;
}

const FILE = 'serving.json';

/** Opens what was in force: where a model cannot be read, the one that served before it does again. */
export async function openServingBook(
  directory: string,
  shelf: Pick<ModelShelf, 'find' | 'versions' | 'remove'>,
  logger: Pick<Logger, 'warn'>,
): Promise<ServingBook> {
  await mkdir(directory, { recursive: true });
  const inForce = new Map<string, InForce>();
  for (const workspaceId of await readdir(directory)) {
    const state = await stateOf(workspaceId);
    const opened = state && (await open(workspaceId, state));
    if (opened) inForce.set(workspaceId, opened);
  }

  /** Files of before there was a book: the newest model that can be read. */
  async function stateOf(workspaceId: string): Promise<ServingState | undefined> {
    const path = join(directory, workspaceId, FILE);
    const text = await readText(path).catch(() => undefined); // none yet
    try {
      if (text !== undefined) return JSON.parse(text) as ServingState; // whole, as it was put there
    } catch (error) {
      logger.warn({ workspaceId, error: String(error) }, 'who serves cannot be read; the newest model does');
    }
    for (const version of await shelf.versions(workspaceId)) {
      const model = await shelf.find(workspaceId, version);
      if (model) return beginServing(version, model.trainedAtMs);
    }
    return undefined;
  }

  async function open(workspaceId: string, wanted: ServingState): Promise<InForce | undefined> {
    const before = inForce.get(workspaceId);
    const find = async (version: string): Promise<KeptModel | undefined> => {
      const open = before && [before.serving, ...Object.values(before.rivals)].find((one) => one.version === version);
      return open ?? shelf.find(workspaceId, version);
    };
    for (let served = wanted.served; served.length > 0; served = served.slice(0, -1)) {
      const model = await find(served.at(-1) ?? '');
      if (!model) continue;
      const rivals: Partial<Record<Rival, KeptModel>> = {};
      for (const [rival, { version }] of Object.entries(wanted.rivals) as [Rival, { version: string }][]) {
        const kept = version === model.version ? undefined : await find(version);
        if (kept) rivals[rival] = kept;
      }
      const { outcomes } = wanted;
      const recalibration = { subscribe: recalibrationOf(outcomes.subscribe), sell: recalibrationOf(outcomes.sell) };
      return { state: { ...wanted, served }, serving: { ...model, recalibration }, rivals };
    }
    return undefined;
  }

  return {
    serving: (workspaceId) => inForce.get(workspaceId)?.serving,
    rival: (workspaceId, rival) => inForce.get(workspaceId)?.rivals[rival],
    state: (workspaceId) => inForce.get(workspaceId)?.state,
    async put(workspaceId, state) {
      await writeWhole(join(directory, workspaceId, FILE), JSON.stringify(state));
      const former = inForce.get(workspaceId)?.state.rivals.challenger?.version;
      const opened = await open(workspaceId, state);
      if (opened) inForce.set(workspaceId, opened);
      if (former !== undefined && !isNamed(state, former)) await shelf.remove(workspaceId, former);
    },
    workspaces: () => [...inForce.keys()],
  };
}

function isNamed({ served, rivals }: ServingState, version: string): boolean {
  return served.includes(version) || Object.values(rivals).some((rival) => rival.version === version);
}
