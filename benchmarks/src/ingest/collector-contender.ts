import { viewsApart } from '../chaos/audit-tables.js';
import { childrenOf } from '../process/proc.js';
import { readKeys, startCollector } from '../process/start-collector.js';
import type { Contender } from './contender.js';
import { auditEvents, withEngine } from './data-directories.js';

/** Tidemark itself, as built, on a data directory made before. */
export async function startCollectorContender(
  name: string,
  dataDirectory: string,
  options: { readonly hasAllViews: boolean; readonly profileDirectory: string | undefined },
): Promise<Contender> {
  const { hasAllViews, profileDirectory } = options;
  const nodeOptions = profileDirectory ? ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`] : [];
  const collector = startCollector({ dataDirectory, port: 0, nodeOptions });
  const url = await collector.url;
  const [engine] = childrenOf(collector.pid);
  if (!engine) throw new Error('the collector runs without an engine');
  return {
    name,
    url,
    writeKey: readKeys(dataDirectory).writeKey,
    serverPid: collector.pid,
    enginePid: engine.pid,
    async loadedRows() {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(/^tidemark_loaded_rows_total (\d+)/m.exec(text)?.[1] ?? 0);
    },
    async stopAndAudit(expectedEvents) {
      collector.kill('SIGTERM');
      await collector.ended;
      await withEngine(dataDirectory, async (tables) => {
        await auditEvents(tables, expectedEvents);
        const apart = hasAllViews ? await viewsApart(tables) : [];
        if (apart.length > 0) throw new Error(`${name}: not what a recount gives: ${apart.join(', ')}`);
      });
    },
    destroy: () => collector.kill('SIGKILL'),
  };
}
