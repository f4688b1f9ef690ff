import type { Command } from 'commander';
import { askCollector } from './ask-collector.js';
import { findCollector } from './find-collector.js';
import { printable } from './printable.js';
import { percent } from './report-table.js';

/** What of the answer is printed. */
interface ScorecardAnswer {
  readonly decisionId: string;
  readonly points: number;
  readonly band: string;
  readonly decision: string;
  readonly bandSuccess: number;
  readonly probability: number;
  readonly low: number;
  readonly high: number;
  readonly reasons: readonly string[];
  readonly degradedReason: string | null;
}

/** `tidemark scorecard`: points and decision band of a customer, as the credit link has them. */
export function addScorecardCommand(program: Command): void {
  program
    .command('scorecard')
    .description('print points and decision band of a customer; goes into the audit log (secret key)')
    .argument('<userId>')
    .option('--json', 'print it as one JSON object')
    .action(scorecardCommand);
}

async function scorecardCommand(userId: string, { json }: { readonly json?: boolean }): Promise<void> {
  const target = await findCollector(process.env, 'secret');
  const request = { method: 'POST', body: JSON.stringify({ userId }) };
  const answer = await askCollector<ScorecardAnswer>(target, '/v1/scorecard', request);
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : describe(userId, answer));
}

function describe(userId: string, answer: ScorecardAnswer): string {
  const { points, band, decision, bandSuccess, probability, low, high, reasons, degradedReason, decisionId } = answer;
  const lines = [
    `${printable(userId)}: ${Math.round(points)} points, band ${band}, ${decision}`,
    `The next order goes through with a probability of ${percent(probability)} (${percent(low)} to ${percent(high)}); in this band ${percent(bandSuccess)} did.`,
    ...(degradedReason === null ? [] : [degradedReason]),
    ...reasons.map((reason) => `- ${reason}`),
    `decision ${decisionId}`,
  ];
  return `${lines.join('\n')}\n`;
}
