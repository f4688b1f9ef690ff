import { type Command, InvalidArgumentError } from 'commander';
import { detectCommand } from './detect/detect-command.js';
import { nabCommand } from './detect/nab-command.js';

/** `tidemark detect` and `nab`: the series detector on files, without a collector. */
export function addDetectCommands(program: Command): void {
  program
    .command('detect')
    .description('score a series row by row: columns timestamp,value in, timestamp,value,score,flag out')
    .requiredOption('--input <path>', 'a CSV file, or a folder of them')
    .requiredOption('--output <path>', 'the file, or the folder in the same shape')
    .option('--threshold <score>', 'from here on a row is flagged', parseScore)
    .action(detectCommand);
  program
    .command('nab')
    .description("score the detector by the Numenta Anomaly Benchmark's own rules, one threshold a profile")
    .requiredOption('--data <folder>', 'the series, a folder of CSV files')
    .requiredOption('--windows <file>', 'the labelled windows, JSON')
    .option('--scores <path>', 'score these instead: a folder that detect wrote, or a file of scores by series')
    .option('--threshold-from <file>', 'use the thresholds of an earlier --json, not the best')
    .option('--json', 'print the results and the thresholds as one JSON object')
    .action(nabCommand);
}

function parseScore(text: string): number {
  const score = Number(text);
  if (text.trim() !== '' && Number.isFinite(score) && score > 0) return score;
  throw new InvalidArgumentError('It takes a number above 0.');
}
