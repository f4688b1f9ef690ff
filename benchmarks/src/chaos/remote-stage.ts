import { join } from 'node:path';
import { createRandom } from '../load/random.js';
import { startEngine } from '../process/start-engine.js';
import { withTemporaryDirectory } from '../process/temporary-directory.js';
import { type FaultProxy, startFaultProxy } from './fault-proxy.js';
import type { Tables } from './open-tables.js';
import { type TendedCollector, tendCollector } from './tended-collector.js';

/** A collector whose store is a server of its own, behind a network that can be broken. */
export interface RemoteStage {
  readonly dataDirectory: string;
  readonly collector: TendedCollector;
  readonly network: FaultProxy;
  /** The store itself, past the network. */
  readonly tables: Tables;
}

/** The real engine behind its HTTP interface, the proxy before it, and the collector as built, in remote mode. */
export function withRemoteStage<T>(seed: number, work: (stage: RemoteStage) => Promise<T>): Promise<T> {
  return withTemporaryDirectory(async (directory) => {
    const tables = await startEngine(join(directory, 'store'));
    const network = await startFaultProxy(Number(new URL(tables.url).port), createRandom(seed));
    const dataDirectory = join(directory, 'collector');
    try {
      const collector = await tendCollector(dataDirectory, {
        TIDEMARK_CLICKHOUSE_URL: `http://127.0.0.1:${network.port}`,
        TIDEMARK_CLICKHOUSE_USER: tables.user,
        TIDEMARK_CLICKHOUSE_PASSWORD: tables.password,
      });
      return await work({ dataDirectory, collector, network, tables }).finally(collector.destroy);
    } finally {
      await network.close();
      await tables.close();
    }
  });
}
