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
  const { writeKey, adminKey } = readKeys(dataDirectory);
  let loadedRows = 0; // `/metrics` would tell, too, but is made four times a second at most
  return {
    name,
    url,
    writeKey,
    serverPid: collector.pid,
    enginePid: engine.pid,
    async loadedRows() {
      const answer = await fetch(`${url}/v1/admin/top`, { headers: { Authorization: `Bearer ${adminKey}` } });
      if (answer.ok) loadedRows = ((await answer.json()) as { loadedRows: number }).loadedRows; // as it answers
      return loadedRows;
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
