import type { RiskRule } from '@tidemark/analytics/anomalies';
import type { Command } from 'commander';
import { TidemarkError } from '../observe/errors.js';
import type { RuleHistory } from '../pipeline/rules/replay-history.js';
import { askOwner, printJson, readJsonFile } from './ask-owner.js';
import { formatTable } from './format-table.js';
import { parseCount } from './parse-settings.js';
import { printable } from './printable.js';

interface FileOptions {
  readonly file: string;
  readonly days: number;
  readonly json?: boolean;
}

const JSON_OPTION = ['--json', 'print it as one JSON object'] as const;
const FILE_OPTION = ['--file <path>', 'JSON: a rule, or a list of rules'] as const;
const DAYS = 7;

/** `tidemark rules`: what a workspace wants flags for, as data (secret key). */
export function addRuleCommands(program: Command): void {
  const rules = program.command('rules').description('rules of the workspace that raise flags (secret key)');
  rules
    .command('list')
    .description('the rules in force')
    .option(...JSON_OPTION)
    .action(listRules);
  rules
    .command('show')
    .description('one rule with its versions, the newest first')
    .argument('<name>')
    .action(async (name: string) => printJson(await askOwner('GET', `/v1/rules/${encodeURIComponent(name)}`)));
  rules
    .command('set')
    .description('put rules into force; each change is a new version')
    .requiredOption(...FILE_OPTION)
    .action(setRules);
  rules
    .command('remove')
    .description('take a rule out of force')
    .argument('<name>')
    .action(async (name: string) => printJson(await askOwner('DELETE', `/v1/rules/${encodeURIComponent(name)}`)));
  rules
    .command('simulate')
    .description('what rules would have raised over the last days, beside what people said of the flags there were')
    .requiredOption(...FILE_OPTION)
    .option('--days <count>', 'of history, 30 at most', parseCount, DAYS)
    .option(...JSON_OPTION)
    .action(simulateRules);
}

async function listRules({ json }: Pick<FileOptions, 'json'>): Promise<void> {
  const answer = await askOwner<{ readonly rules: readonly RiskRule[] }>('GET', '/v1/rules');
  if (json) return printJson(answer);
  if (answer.rules.length === 0) return void process.stdout.write('no rules\n');
  const rows = answer.rules.map(({ name, version, weight, when, reason }) =>
    [name, String(version), String(weight), JSON.stringify(when), reason].map(printable),
  );
  process.stdout.write(formatTable(['rule', 'version', 'weight', 'when', 'reason'], rows));
}

async function setRules({ file }: FileOptions): Promise<void> {
  for (const { name, rule } of await readRuleFile(file)) {
    printJson(await askOwner('PUT', `/v1/rules/${encodeURIComponent(name)}`, rule));
  }
}

async function simulateRules({ file, days, json }: FileOptions): Promise<void> {
  const rules = (await readRuleFile(file)).map(({ rule }) => rule);
  const answer = await askOwner<RuleHistory>('POST', '/v1/rules/simulate', { rules, days });
  if (json) return printJson(answer);
  const lines = answer.rules.map(({ name, summary }) => `${printable(name)}: ${summary}`);
  const cut = answer.isCut ? '; there were more, which were not looked at' : '';
  process.stdout.write(
    `${lines.join('\n')}\n${answer.events} events of ${answer.days + 1} days were looked at${cut}\n`,
  );
}

async function readRuleFile(file: string): Promise<readonly { readonly name: string; readonly rule: object }[]> {
  const value = await readJsonFile(file, 'a rule, or a list of rules');
  return (Array.isArray(value) ? value : [value]).map((rule: unknown, i) => {
    if (typeof rule === 'object' && rule !== null && 'name' in rule && typeof rule.name === 'string')
      return { name: rule.name, rule };
    throw new TidemarkError('config_invalid', `${file}: rule ${i + 1} has no name`);
  });
}
