import { MODEL_KINDS } from '@tidemark/analytics/scores';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { correlateCommand } from './models/correlate-command.js';
import { evaluateCommand } from './models/evaluate-command.js';
import { scoreCommand } from './models/score-command.js';
import { trainCommand } from './models/train-command.js';
import { parseCount, parseList } from './parse-settings.js';

/** `tidemark evaluate`, `train`, `score` and `correlate`: models of any table, without a collector. */
export function addModelCommands(program: Command): void {
  withTraining(program.command('evaluate'))
    .description('train on one table and measure on another that has the same columns')
    .requiredOption('--test <file>', 'rows the model has not seen')
    .option('--rolling <rows>', 'score the test rows so many at a time, and learn from them before the next', parseRows)
    .option('--json', 'print the figures as one JSON object')
    .action(evaluateCommand);
  withTraining(program.command('train'))
    .description('train on a table and write the model')
    .requiredOption('--output <file>', 'where the model goes, as JSON')
    .option('--json', 'print what was learnt as one JSON object')
    .action(trainCommand);
  program
    .command('score')
    .description('write the probability, its interval, points and reasons of each row')
    .requiredOption('--model <file>', 'what train wrote')
    .requiredOption('--input <file>', "a table with the model's columns")
    .requiredOption('--output <file>', 'where the scores go, as CSV')
    .option('--separator <character>', 'between the cells of the input', ',')
    .action(scoreCommand);
  program
    .command('correlate')
    .description('linear beside non-linear measures of each column with a target, and where a straight line misleads')
    .requiredOption('--input <file>', 'a table, as CSV with a header')
    .requiredOption('--target <column>', 'the column to look at the others against')
    .option('--positive <label>', 'the label that counts, where the target holds words')
    .addOption(
      new Option('--columns <columns>', 'columns to look at, comma-separated')
        .argParser(parseList)
        .default([], 'all numbers'),
    )
    .option('--separator <character>', 'between the cells', ',')
    .option('--seed <number>', 'the same seed gives the same intervals', parseCount, 1)
    .option('--json', 'print all of it, deciles and curves for charts included, as one JSON object')
    .action(correlateCommand);
}

function withTraining(command: Command): Command {
  return command
    .requiredOption('--train <file>', 'rows to learn from, as CSV with a header')
    .requiredOption('--target <column>', 'the column to predict')
    .option('--positive <label>', 'the label that counts; may be left out for 0/1, true/false and yes/no')
    .option('--separator <character>', 'between the cells', ',')
    .addOption(
      new Option('--drop <columns>', 'columns the model must not see, comma-separated')
        .argParser(parseList)
        .default([], 'none'),
    )
    .addOption(new Option('--model <kind>', 'what to train').choices([...MODEL_KINDS]).default('boosting'))
    .option('--monotone <file>', 'JSON of columns and directions, such as {"volume": 1, "price": -1}')
    .addOption(
      new Option('--special <codes>', 'numbers that are codes, not amounts, comma-separated')
        .argParser(parseNumbers)
        .default([], 'none'),
    )
    .addOption(new Option('--positive-is <meaning>', 'what points rise with').choices(['good', 'bad']).default('good'))
    .option('--seed <number>', 'the same seed gives the same model', parseCount, 1);
}

function parseNumbers(text: string): number[] {
  const numbers = parseList(text).map(Number);
  if (!numbers.every(Number.isFinite)) throw new InvalidArgumentError('It is a list of numbers such as -7,-8,-9.');
  return numbers;
}

function parseRows(text: string): number {
  const rows = parseCount(text);
  if (rows === 0) throw new InvalidArgumentError('It is a whole number from 1 on.');
  return rows;
}
