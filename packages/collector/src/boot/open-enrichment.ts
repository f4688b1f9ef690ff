import type { AcceptOptions } from '../ingest/accept-batch.js';
import { createDescribeAgent } from '../ingest/enrich/describe-agent.js';
import { createDescribeClient } from '../ingest/enrich/describe-client.js';
import { openGeoDatabase } from '../ingest/enrich/open-geo-database.js';
import { createMinimise } from '../ingest/minimise/create-minimise.js';
import type { Logger } from '../observe/logger.js';
import type { Metrics } from '../observe/metrics.js';
import type { Config } from './config.js';

/** What is added to a batch and what is taken out of it before it is written, as the operator set it. */
export async function openEnrichment(
  config: Pick<Config, 'keepQuery' | 'unmask' | 'geoDatabase'>,
  logger: Logger,
  metrics: Metrics,
): Promise<Pick<AcceptOptions, 'minimise' | 'describeClient'> & { readonly knowsPoints: () => boolean }> {
  const { keepQuery, unmask = [] } = config;
  const minimise = createMinimise({ keepQuery, unmask, countFound: metrics.countPersonalData });
  const geo = await openGeoDatabase({ path: config.geoDatabase, logger, now: Date.now });
  metrics.gauge('tidemark_geo_database_loaded', '1 when places are told by a database', () => Number(geo.isLoaded()));
  const describeAgent = createDescribeAgent(minimise('', '').text); // agents are shared by all workspaces
  return { minimise, describeClient: createDescribeClient(describeAgent, geo.locate), knowsPoints: geo.tellsPoints };
}
