import type { Command } from 'commander';
import type { PolicyHistory } from '../pipeline/rules/replay-history.js';
import type { KindInForce, RiskPolicy } from '../pipeline/rules/risk-policy.js';
import { askOwner, printJson, readJsonFile } from './ask-owner.js';
import { formatTable } from './format-table.js';
import { parseCount } from './parse-settings.js';

interface FileOptions {
  readonly file: string;
  readonly days: number;
  readonly json?: boolean;
}

const JSON_OPTION = ['--json', 'print it as one JSON object'] as const;
const FILE_OPTION = ['--file <path>', 'JSON: the policy as a whole'] as const;
const DAYS = 7;

/** `tidemark policy`: what a workspace wants of the built-in kinds of flags, as data (secret key). */
export function addPolicyCommands(program: Command): void {
  const policy = program
    .command('policy')
    .description(
      'severities and thresholds of the built-in kinds of flags, limits of orders and decisions (secret key)',
    );
  policy
    .command('show')
    .description('the policy, and each kind as it is in force')
    .option(...JSON_OPTION)
    .action(showPolicy);
  policy
    .command('set')
    .description('put a policy into force in place of the one before; each change is a new version')
    .requiredOption(...FILE_OPTION)
    .action(async ({ file }: FileOptions) => printJson(await askOwner('PUT', '/v1/policy', await readPolicy(file))));
  policy
    .command('simulate')
    .description('what a policy would have made of the last days, beside what people said of the flags there were')
    .requiredOption(...FILE_OPTION)
    .option('--days <count>', 'of history, 30 at most', parseCount, DAYS)
    .option(...JSON_OPTION)
    .action(simulatePolicy);
}

async function showPolicy({ json }: Pick<FileOptions, 'json'>): Promise<void> {
  const answer = await askOwner<{ readonly policy: RiskPolicy; readonly kinds: readonly KindInForce[] }>(
    'GET',
    '/v1/policy',
  );
  if (json) return printJson(answer);
  const rows = answer.kinds.map(({ kind, severity, threshold, off, unknown }) => [
    kind,
    off ? 'off' : unknown === null ? severity : 'unknown',
    threshold === 0 ? '' : String(threshold),
    unknown ?? '',
  ]);
  const { version, reportingLimit, reviewAt, denyAt } = answer.policy;
  process.stdout.write(formatTable(['kind', 'severity', 'threshold', 'why'], rows));
  process.stdout.write(
    `version ${version}; limit of orders: ${reportingLimit ?? 'none'}; review from ${reviewAt.toFixed(1)} nats, deny from ${denyAt.toFixed(1)}\n`,
  );
}

async function simulatePolicy({ file, days, json }: FileOptions): Promise<void> {
  const body = { policy: await readPolicy(file), days };
  const answer = await askOwner<PolicyHistory>('POST', '/v1/policy/simulate', body);
  if (json) return printJson(answer);
  const lines = answer.kinds.map(({ kind, flags, summary }) => `${kind}: of ${flags} flags it ${summary}`);
  if (answer.replay) lines.push(...replayLines(answer.replay));
  if (answer.limit) lines.push(`limit of orders: ${answer.limit.summary}, of ${answer.orders} placed orders`);
  const cut = answer.isCut ? 'there were more, which were not looked at\n' : '';
  process.stdout.write(`${lines.join('\n') || 'no flags'}\n${cut}`);
}

/** Said of kinds that were left out then: what stands in `kinds` beside them is of what was told all the same. */
function replayLines({ kinds, events, fromMs, untilMs, complete }: NonNullable<PolicyHistory['replay']>): string[] {
  const lines = kinds.map(
    ({ kind, stored, summary, notReplayed }) =>
      `${kind}: shown ${events} events again, it ${summary}; ${stored} were told then, too${notReplayed === null ? '' : `. ${notReplayed}`}`,
  );
  if (complete) return lines;
  const [from, until] = [fromMs, untilMs].map((ms) => new Date(ms).toISOString());
  return [...lines, `that is of what came from ${from} to ${until} alone: there was more than is read at once`];
}

function readPolicy(file: string): Promise<object> {
  return readJsonFile(file, 'a policy') as Promise<object>; // what it is, the collector judges
}
