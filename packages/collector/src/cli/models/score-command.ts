import { writeFile } from 'node:fs/promises';
import { openModel, readForModel, readModel, type Score } from '@tidemark/analytics/scores';
import { readCsvFile, readText, withInput } from './read-tables.js';

export interface ScoreArguments {
  readonly model: string;
  readonly input: string;
  readonly output: string;
  readonly separator: string;
}

const PLACES = 6;

/** `tidemark score`: a line for each row of the input, in its order. */
export function scoreCommand({ model: modelFile, input, output, separator }: ScoreArguments): Promise<void> {
  return withInput(async () => {
    const model = readModel(await readText(modelFile));
    const table = readForModel(await readCsvFile(input, separator), model);
    const lines = openModel(model).scores(table).map(lineOf);
    await writeFile(output, `${['probability,low,high,points,reasons', ...lines].join('\n')}\n`);
    process.stdout.write(`${lines.length} rows scored into ${output}\n`);
  });
}

function lineOf({ probability, low, high, points, reasons }: Score): string {
  const numbers = [probability, low, high].map((value) => value.toFixed(PLACES));
  const text = reasons.map((reason) => reason.text).join(' ');
  return [...numbers, points.toFixed(1), `"${text.replaceAll('"', '""')}"`].join(',');
}
