import { writeFile } from 'node:fs/promises';
import { writeModel } from '@tidemark/analytics/scores';
import { readCsvFile, withInput } from './read-tables.js';
import { type TrainingArguments, trainFromArguments } from './train-from-files.js';

/** `tidemark train`: writes the model as JSON, and says what it learnt from. */
export function trainCommand(options: TrainingArguments & { readonly output: string }): Promise<void> {
  return withInput(async () => {
    const raw = await readCsvFile(options.train, options.separator);
    const { model } = await trainFromArguments(raw, options, Date.now());
    await writeFile(options.output, writeModel(model));
    const { card } = model;
    if (options.json) {
      process.stdout.write(`${JSON.stringify({ kind: model.body.kind, columns: model.columns.length, ...card })}\n`);
      return;
    }
    const lines = [
      `${model.body.kind} of ${model.columns.length} columns, ${card.rowCount} rows, ${card.positiveCount} of them "${card.positive}"`,
      `log-loss on rows held out ${card.heldOutLogLoss.toFixed(4)}; of the base rate alone ${card.baseLogLoss.toFixed(4)}`,
      ...card.notes,
      `written to ${options.output}`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  });
}
