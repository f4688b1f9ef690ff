import { buildTable, type ModelKind, type RawTable, type TrainedModel, trainModel } from '@tidemark/analytics/scores';
import { readMonotone } from './read-tables.js';

/** What `evaluate` and `train` have in common. */
export interface TrainingArguments {
  readonly train: string;
  readonly target: string;
  readonly positive?: string;
  readonly separator: string;
  readonly drop: readonly string[];
  readonly model: ModelKind;
  readonly monotone?: string;
  readonly special: readonly number[];
  readonly positiveIs: 'good' | 'bad';
  readonly seed: number;
  readonly json?: boolean;
}

/** @param nowMs - goes into the model card; without it the same data gives the same file, to the byte. */
export async function trainFromArguments(
  raw: RawTable,
  options: TrainingArguments,
  nowMs?: number,
): Promise<TrainedModel> {
  const { target, positive, drop, model: kind, special: specials, positiveIs, seed } = options;
  const monotone = await readMonotone(options.monotone);
  const time = nowMs === undefined ? {} : { trainedAtMs: nowMs };
  return trainModel(buildTable(raw), { kind, target, positive, positiveIs, drop, monotone, specials, seed, ...time });
}
