import { FLAG_SEVERITIES, FLAG_STATUSES, type FlagPage, type RiskFlag, TRIAGE_ACTIONS } from '@tidemark/protocol';
import { Argument, type Command } from 'commander';
import { TidemarkError } from '../observe/errors.js';
import { askCollector, requestCollector } from './ask-collector.js';
import { askOwner, printJson } from './ask-owner.js';
import { findCollector } from './find-collector.js';
import { formatTable } from './format-table.js';
import { printable } from './printable.js';

interface FlagOptions {
  readonly follow?: boolean;
  readonly json?: boolean;
  readonly kind?: string;
  readonly severity?: string;
  readonly status?: string;
  readonly surface?: string;
  readonly entity?: string;
  readonly cursor?: string;
}

const PAGE = 500;

/** `tidemark flags`, `tidemark triage`, `tidemark webhooks`: the risk feed from a terminal. */
export function addFlagCommands(program: Command): void {
  program
    .command('flags')
    .description('print the flags of the risk feed, oldest change first (read key)')
    .option('--follow', 'go on with what comes')
    .option('--kind <names>', 'of these kinds only, comma-separated')
    .option('--severity <names>', `of these severities: ${FLAG_SEVERITIES.join(', ')}`)
    .option('--status <names>', `of these states: ${FLAG_STATUSES.join(', ')}`)
    .option('--surface <names>', 'h5, native')
    .option('--entity <id>', 'about one entity, ID or KIND:ID')
    .option('--cursor <text>', 'what came after this')
    .option('--json', 'print each as a line of JSON')
    .action(flagsCommand);
  program
    .command('triage')
    .description('say what became of a flag (key with the scope triage)')
    .argument('<flagId>')
    .addArgument(new Argument('<action>').choices([...TRIAGE_ACTIONS]))
    .option('--reason <text>', 'why; needed for false_positive')
    .option('--until <time>', 'ISO 8601; needed for snooze')
    .action(triageCommand);
  const webhooks = program.command('webhooks').description('addresses that flags are sent to (secret key)');
  webhooks
    .command('list')
    .description('all of them, and how far each was told')
    .action(() => printAnswer('GET', '/v1/webhooks'));
  webhooks
    .command('add')
    .description('send new and changed flags to an address, and print the secret that signs them')
    .argument('<url>', 'https://')
    .option('--kind <names>', 'of these kinds only, comma-separated')
    .option('--severity <names>', 'of these severities only, comma-separated')
    .action((url: string, { kind, severity }: Pick<FlagOptions, 'kind' | 'severity'>) =>
      printAnswer('POST', '/v1/webhooks', { url, kind: kind?.split(','), severity: severity?.split(',') }),
    );
  webhooks
    .command('remove')
    .description('tell an address nothing any more')
    .argument('<webhookId>')
    .action((id: string) => printAnswer('DELETE', `/v1/webhooks/${encodeURIComponent(id)}`));
  webhooks
    .command('resend')
    .description('go on with an address that was given up, or tell it again')
    .argument('<webhookId>')
    .option('--cursor <text>', 'from there; where it stands unless told')
    .action((id: string, { cursor }: { readonly cursor?: string }) =>
      printAnswer('POST', `/v1/webhooks/${encodeURIComponent(id)}/resend`, { cursor }),
    );
}

async function flagsCommand({ follow, json, cursor: from, ...filter }: FlagOptions): Promise<void> {
  const target = await findCollector(process.env, 'read');
  const query = new URLSearchParams(Object.entries(filter) as [string, string][]); // commander leaves out what is not given
  const write = (flags: readonly RiskFlag[]) =>
    process.stdout.write(json ? flags.map(lineOf).join('') : tableOf(flags));
  let cursor = from ?? '';
  for (let more = true; more; ) {
    query.set('cursor', cursor);
    query.set('limit', String(PAGE));
    const page = await askCollector<FlagPage>(target, `/v1/flags?${query}`);
    if (page.flags.length > 0 || !follow) write(page.flags);
    ({ cursor, more } = page);
  }
  if (!follow) return;
  query.delete('limit');
  query.set('cursor', cursor);
  const answer = await requestCollector(target, `/v1/flags/stream?${query}`);
  if (!answer.body) throw new TidemarkError('collector_unreachable', 'the collector sent no stream; try again');
  let text = '';
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const data = /^event: flag\ndata: (.*)$/m.exec(text.slice(0, end))?.[1];
      text = text.slice(end + 2);
      if (data !== undefined)
        process.stdout.write(json ? `${data}\n` : `${rowOf(JSON.parse(data) as RiskFlag).join('  ')}\n`);
    }
  }
}

const lineOf = (flag: RiskFlag): string => `${JSON.stringify(flag)}\n`;

function tableOf(flags: readonly RiskFlag[]): string {
  if (flags.length === 0) return 'no flags\n';
  return formatTable(['last seen', 'severity', 'kind', 'entity', 'status', 'times', 'why', 'flag'], flags.map(rowOf));
}

function rowOf({ lastAt, severity, kind, entity, status, count, reasons, flagId }: RiskFlag): string[] {
  const why = printable(reasons[0]?.text ?? '');
  return [
    new Date(lastAt).toISOString(),
    severity,
    kind,
    printable(`${entity.kind}:${entity.id}`),
    status,
    String(count),
    why,
    flagId,
  ];
}

async function triageCommand(
  flagId: string,
  action: string,
  { reason, until }: { readonly reason?: string; readonly until?: string },
): Promise<void> {
  const untilMs = until === undefined ? undefined : Date.parse(until);
  if (Number.isNaN(untilMs))
    throw new TidemarkError('config_invalid', '--until takes a time such as 2026-08-01T09:00:00Z');
  await printAnswer('POST', `/v1/flags/${encodeURIComponent(flagId)}/triage`, { action, reason, untilMs });
}

async function printAnswer(...question: Parameters<typeof askOwner>): Promise<void> {
  printJson(await askOwner(...question));
}
