import type { ClientConfig } from '@tidemark/protocol';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { askCollector } from './ask-collector.js';
import { findCollector, type Target } from './find-collector.js';
import { printable } from './printable.js';

export interface ConfigOptions {
  readonly json?: boolean;
  readonly enable?: boolean;
  readonly disable?: boolean;
  readonly sample?: readonly SampleRate[];
}

export type SampleRate = readonly [name: string, rate: number];

const PATH = '/v1/config';

export function addConfigCommand(program: Command): void {
  program
    .command('config')
    .description('show or change what the pages of the workspace are told (secret key)')
    .addOption(new Option('--disable', 'stop tracking in all pages').conflicts('enable'))
    .option('--enable', 'let them track again')
    .option(
      '--sample <name=rate>',
      'share of visitors whose events of this name are kept; may be given again',
      parseSample,
    )
    .option('--json', 'print it as one JSON object')
    .action(configCommand);
}

/** `tidemark config`: shows what the pages of the workspace are told, after changing it when something is to change. */
async function configCommand(options: ConfigOptions): Promise<void> {
  const config = await changeConfig(await findCollector(process.env, 'secret'), options);
  process.stdout.write(options.json ? `${JSON.stringify(config)}\n` : describeConfig(config));
}

/** @returns the configuration as it is afterwards. */
export async function changeConfig(target: Target, options: ConfigOptions): Promise<ClientConfig> {
  const config = await askCollector<ClientConfig>(target, PATH);
  const { enable, disable, sample } = options;
  if (!enable && !disable && !sample) return config;
  const rates = new Map(Object.entries(config.sampling));
  for (const [name, rate] of sample ?? []) {
    if (rate === 1)
      rates.delete(name); // all of them: as if nobody had said anything
    else rates.set(name, rate);
  }
  const change = {
    ...(enable || disable ? { enabled: enable === true } : {}),
    ...(sample ? { sampling: Object.fromEntries(rates) } : {}),
  };
  return askCollector<ClientConfig>(target, PATH, { method: 'PUT', body: JSON.stringify(change) });
}

/**
 * Reads one `--sample name=rate`. The last equals sign parts them, because a name may hold one.
 *
 * @param former - the rates given before it.
 * @throws {InvalidArgumentError} when it is no name with a rate from 0 to 1.
 */
export function parseSample(text: string, former: readonly SampleRate[] = []): SampleRate[] {
  const at = text.lastIndexOf('=');
  const [name, rate] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
  if (name === '' || !/^(0|1|[01]?\.\d+)$/.test(rate) || Number(rate) > 1) {
    throw new InvalidArgumentError('It is name=rate with a rate from 0 (none) to 1 (all), such as click=0.1.');
  }
  return [...former, [name, Number(rate)]];
}

export function describeConfig({ enabled, sampling, version }: ClientConfig): string {
  const rates = Object.entries(sampling).map(([name, rate]) => `${printable(name)}=${rate}`);
  return [
    `tracking  ${enabled ? 'enabled' : 'disabled: pages stop within one visit or one delivery'}`,
    `sampling  ${rates.join(', ') || 'none: every event is kept'}`,
    `version   ${printable(version)}`,
    '',
  ].join('\n');
}
