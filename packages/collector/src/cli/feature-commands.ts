import { type FeatureReading, type FeaturesAnswer, SUBJECT_KINDS } from '@tidemark/protocol';
import { type Command, Option } from 'commander';
import { askCollector } from './ask-collector.js';
import { findCollector } from './find-collector.js';
import { formatTable } from './format-table.js';
import { printable } from './printable.js';

interface FeatureOptions {
  readonly subject: string;
  readonly kind?: string;
  readonly asOf?: string;
  readonly utcOffsetMinutes?: string;
  readonly json?: boolean;
}

/** `tidemark features`: what is known of a subject, and where each number came from. */
export function addFeatureCommands(program: Command): void {
  program
    .command('features')
    .description('print all features of a subject, each with its window and who reckoned it (read key)')
    .requiredOption('--subject <id>', 'a visitor, user, organisation, device, product, page or workspace')
    .addOption(new Option('--kind <name>', 'of one kind only').choices([...SUBJECT_KINDS]))
    .option('--as-of <time>', 'ISO 8601 or epoch milliseconds; now unless told')
    .option('--utc-offset-minutes <minutes>', "of the market's zone (default 480)")
    .option('--json', 'print it as one JSON object')
    .action(featuresCommand);
}

async function featuresCommand({ json, ...asked }: FeatureOptions): Promise<void> {
  const target = await findCollector(process.env, 'read');
  const query = new URLSearchParams();
  for (const [field, value] of Object.entries(asked)) if (value !== undefined) query.set(field, String(value));
  const answer = await askCollector<FeaturesAnswer>(target, `/v1/features?${query}`);
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : print(answer));
}

function print({ subject, asOf, kinds }: FeaturesAnswer): string {
  const tables = kinds.map(({ kind, features }) => {
    const head = `${kind} ${printable(subject)} as of ${new Date(asOf).toISOString()}\n\n`;
    return (
      head +
      formatTable(
        ['feature', 'value', 'unit', 'window', 'from'],
        features.map((one) => cells(one, asOf)),
      )
    );
  });
  return tables.join('\n');
}

function cells(one: FeatureReading, asOf: number): string[] {
  const value = one.value === null ? `- (${one.reason ?? 'no value'})` : formatValue(one.value);
  return [one.name, value, one.unit, formatWindow(asOf - one.after), whereFrom(one)];
}

function whereFrom({ computedIn, inputs }: FeatureReading): string {
  if (computedIn === 'memory') return 'memory';
  return computedIn === 'store' ? 'SQL' : `oracle over ${inputs.join(', ') || 'the market'}`;
}

/** Seven digits tell values apart; whole numbers stay whole. */
function formatValue(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en-US') : String(Number(value.toPrecision(7)));
}

function formatWindow(windowMs: number): string {
  if (windowMs >= 86_400_000) return `${windowMs / 86_400_000} d`;
  return windowMs >= 3_600_000 ? `${windowMs / 3_600_000} h` : `${windowMs / 60_000} min`;
}
