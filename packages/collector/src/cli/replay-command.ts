import type { ReplayResult } from '@tidemark/protocol';
import { type Command, Option } from 'commander';
import { askCollector } from './ask-collector.js';
import { findCollector } from './find-collector.js';

export interface ReplayOptions {
  readonly reason?: string;
  readonly json?: boolean;
}

export function addReplayCommand(program: Command): void {
  program
    .command('replay')
    .description('put rows through again that the store refused, after its schema was mended (secret key)')
    .addOption(new Option('--rejected', 'those that lie in the table rejected').makeOptionMandatory())
    .option('--reason <reason>', 'only those rejected for this reason (refused_by_store)')
    .option('--json', 'print the result as one JSON object')
    .action(replayCommand);
}

/** `tidemark replay --rejected`: has the running collector put rows through again that the store refused. */
async function replayCommand(options: ReplayOptions): Promise<void> {
  const target = await findCollector(process.env, 'secret');
  const query = options.reason === undefined ? '' : `?${new URLSearchParams({ reason: options.reason })}`;
  const result = await askCollector<ReplayResult>(target, `/v1/rejected/replay${query}`, { method: 'POST' });
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : describeReplay(result));
}

function describeReplay({ read, taken, stillRefused }: ReplayResult): string {
  return `read           ${read}\ntaken          ${taken}\nstill refused  ${stillRefused}\n`;
}
