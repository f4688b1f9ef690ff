import { writeFile } from 'node:fs/promises';
import { MODEL_KINDS } from '@tidemark/analytics/scores';
import type { ModelVersions, OrderAnswer } from '@tidemark/protocol';
import { type Command, Option } from 'commander';
import type { SeenScore } from '../pipeline/rules/rule-scores.js';
import { askCollector, requestCollector } from './ask-collector.js';
import { findCollector } from './find-collector.js';
import { parsePositive, parseShare } from './parse-settings.js';
import { printable } from './printable.js';
import { percent } from './report-table.js';

interface JsonOption {
  readonly json?: boolean;
}

interface OrderOptions {
  readonly product: string;
  readonly side: string;
  readonly shares: number;
  readonly price: number;
  readonly reference?: number;
  readonly reputation?: number;
}

interface AskedOrder extends OrderOptions, JsonOption {
  readonly user: string;
}

interface AskedSubject extends Partial<OrderOptions>, JsonOption {
  readonly user?: string;
  readonly visitor?: string;
}

interface Decision {
  readonly decision: string;
  readonly score: number;
  readonly reasons: readonly { readonly text: string }[];
  readonly scores: readonly SeenScore[];
  readonly degradedReason: string | null;
  readonly decisionId: string;
}

const JSON_OPTION = ['--json', 'print it as one JSON object'] as const;
/** Without these there is no order. */
const ORDER_NEEDS = ['product', 'side', 'shares', 'price'] as const;

/** `tidemark models`, `ask` and `decide`: the models that answer in a running collector, and what they say. */
export function addServedModelCommands(program: Command): void {
  const models = program.command('models').description('models of orders: which answers, which would, and why');
  models
    .command('list', { isDefault: true })
    .description('champion, challenger, and what was last found')
    .option(...JSON_OPTION)
    .action(listModels);
  models
    .command('train')
    .description('learn from all orders that are over (secret key); one of another kind answers in the shadow')
    .addOption(new Option('--kind <kind>', 'that of the model which serves unless given').choices([...MODEL_KINDS]))
    .option(...JSON_OPTION)
    .action(trainModel);
  models
    .command('serve')
    .description('put a former model back into service, until another is better beyond chance (secret key)')
    .argument('<version>')
    .action(serveModel);
  models
    .command('card')
    .description('write the page of a model: calibration, shapes, stability')
    .argument('[version]', 'the one that serves unless given', 'serving')
    .requiredOption('--output <file>', 'where the page goes, HTML')
    .action(writeCard);
  const ask = program
    .command('ask')
    .description('print how likely an order is filled, and why')
    .requiredOption('--user <id>', 'whose order');
  for (const option of orderOptions()) ask.addOption(option.makeOptionMandatory(isNeeded(option)));
  ask.option(...JSON_OPTION).action(askAboutOrder);
  const decide = program
    .command('decide')
    .description('print whether somebody is to be let through, with an order if it is about one, and why (secret key)')
    .option('--user <id>', 'a user')
    .option('--visitor <id>', 'or a visitor');
  for (const option of orderOptions()) decide.addOption(option);
  decide.option(...JSON_OPTION).action(decideAbout);
}

function orderOptions(): readonly Option[] {
  return [
    new Option('--product <id>', 'of which product'),
    new Option('--side <side>').choices(['subscribe', 'sell']),
    new Option('--shares <count>', 'how many').argParser(parsePositive),
    new Option('--price <limit>', 'of one share').argParser(parsePositive),
    new Option('--reference <price>', 'what the platform shows').argParser(parsePositive),
    new Option('--reputation <share>', 'as the platform rates the user, 0 to 1').argParser(parseShare),
  ];
}

function isNeeded(option: Option): boolean {
  return ORDER_NEEDS.some((name) => name === option.attributeName());
}

async function listModels({ json }: JsonOption): Promise<void> {
  const answer = await askCollector<ModelVersions>(await findCollector(process.env, 'read'), '/v1/models');
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : describeModels(answer));
}

/** Exported for its test. */
export function describeModels(answer: ModelVersions): string {
  const { champion, challenger, judged, trained, newOutcomes, refitEvery, versions, training } = answer;
  if (!champion) return 'No model was trained yet: tidemark models train learns from the orders so far.\n';
  const { subscribe, sell } = champion.recalibratedBy;
  const lines = [
    `${champion.kind} ${champion.version} serves${champion.isHeld ? ', because somebody chose it' : ''}; trained ${at(champion.trainedAt)}, recalibrated by ${subscribe} subscriptions and ${sell} sales.`,
    challenger ? `${challenger.kind} ${challenger.version} answers in the shadow.` : 'No other answers in the shadow.',
    refitEvery > 0
      ? `${newOutcomes} orders have ended since the last training; the next comes after ${refitEvery}.`
      : `${newOutcomes} orders have ended since the last training; none comes by itself.`,
    ...[judged, trained].flatMap((news) => (news ? [`${at(news.atMs)}: ${news.text}`] : [])),
    ...(training ? ['Models are being trained.'] : []),
    `Kept: ${versions.join(', ')}`,
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

async function trainModel({ kind, json }: JsonOption & { readonly kind?: string }): Promise<void> {
  const target = await findCollector(process.env, 'secret');
  const body = JSON.stringify(kind === undefined ? {} : { kind });
  const answer = await askCollector<{ readonly text: string }>(target, '/v1/models', { method: 'POST', body });
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : `${printable(answer.text)}\n`);
}

async function serveModel(version: string): Promise<void> {
  const target = await findCollector(process.env, 'secret');
  const request = { method: 'PUT', body: JSON.stringify({ version }) };
  const answer = await askCollector<{ readonly kind: string }>(target, '/v1/models/serving', request);
  process.stdout.write(`${printable(`${answer.kind} ${version}`)} serves until another is better beyond chance.\n`);
}

async function writeCard(version: string, { output }: { readonly output: string }): Promise<void> {
  const target = await findCollector(process.env, 'read');
  const page = await requestCollector(target, `/v1/models/${encodeURIComponent(version)}.html`);
  await writeFile(output, await page.text());
}

async function askAboutOrder({ json, user, product, ...rest }: AskedOrder): Promise<void> {
  const body = JSON.stringify({ userId: user, productId: product, ...rest });
  const target = await findCollector(process.env, 'read');
  const answer = await askCollector<{ readonly scores: readonly (OrderAnswer & { decisionId: string })[] }>(
    target,
    '/v1/score',
    { method: 'POST', body },
  );
  if (json) return void process.stdout.write(`${JSON.stringify(answer)}\n`);
  for (const { probability, low, high, full, points, reasons, degradedReason, decisionId } of answer.scores) {
    print([
      `Filled at least in part with a probability of ${percent(probability)} (${percent(low)} to ${percent(high)}), whole with ${percent(full.probability)}; ${Math.round(points)} points.`,
      ...(degradedReason === null ? [] : [degradedReason]),
      ...reasons.map((reason) => `- ${reason}`),
      `decision ${decisionId}`,
    ]);
  }
}

async function decideAbout({ json, user, visitor, ...terms }: AskedSubject, command: Command): Promise<void> {
  if ((user === undefined) === (visitor === undefined))
    command.error('error: name whom it is about, by --user or by --visitor');
  const missing = ORDER_NEEDS.filter((name) => terms[name] === undefined);
  const isAboutOrder = Object.keys(terms).length > 0;
  if (isAboutOrder && missing.length > 0) {
    const options = missing.map((name) => `--${name}`).join(', ');
    command.error(
      `error: an order has a product, a side, shares and a price: ${options} ${missing.length > 1 ? 'are' : 'is'} missing`,
    );
  }
  const { product, ...rest } = terms;
  const order = isAboutOrder ? { productId: product, ...rest } : undefined;
  const body = JSON.stringify({ userId: user, visitorId: visitor, order });
  const target = await findCollector(process.env, 'secret');
  const answer = await askCollector<Decision>(target, '/v1/decide', { method: 'POST', body });
  if (json) return void process.stdout.write(`${JSON.stringify(answer)}\n`);
  const { decision, score, reasons, scores, degradedReason, decisionId } = answer;
  print([
    `${decision}, ${score.toFixed(1)} nats`,
    ...(degradedReason === null ? [] : [degradedReason]),
    ...reasons.map(({ text }) => `- ${text}`),
    ...scores.flatMap((one) => (one.kind === 'unknown' ? [`${one.name} is unknown: ${one.reason}`] : [])),
    `decision ${decisionId}`,
  ]);
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.map(printable).join('\n')}\n`);
}

function at(ms: number): string {
  return new Date(ms).toISOString();
}
