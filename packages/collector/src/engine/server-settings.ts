import { constants } from 'node:os';

/** The name under which the library looks for its settings, in the folder that its process runs in. */
export const SERVER_SETTINGS_FILE = 'config.xml';

/** Merges can wait, loads and questions have somebody waiting for them. */
const MERGES_NICER = 10;
/** Marks of all columns of a hundred million events are 20 MiB. */
const MARK_CACHE_BYTES = 64 * 1_048_576;
/** The collector lives beside it, and so may other things. */
const SHARE_OF_MEMORY = 0.7;

/**
 * What the library is told as it opens; without it, it takes nine tenths of the machine's memory for its own, or whatever stands
 * in a `config.xml` where the collector was started.
 *
 * @param niceness - of the engine's process.
 */
export function serverSettings(niceness: number): string {
  const settings = {
    os_threads_nice_value_merge_mutate: Math.min(constants.priority.PRIORITY_LOW, niceness + MERGES_NICER),
    mark_cache_size: MARK_CACHE_BYTES,
    max_server_memory_usage_to_ram_ratio: SHARE_OF_MEMORY,
  };
  const elements = Object.entries(settings).map(([name, value]) => `  <${name}>${value}</${name}>\n`);
  return `<clickhouse>\n${elements.join('')}</clickhouse>\n`;
}
