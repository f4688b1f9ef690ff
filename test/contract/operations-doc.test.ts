import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../packages/collector/src/boot/config.js';
import { openGuard } from '../../packages/collector/src/boot/open-guard.js';
import { defaultOverloadLimits, OVERLOAD_VARIABLES } from '../../packages/collector/src/boot/overload-limits.js';
import { createPipelineMetrics } from '../../packages/collector/src/boot/pipeline-metrics.js';
import { createMetrics } from '../../packages/collector/src/observe/metrics.js';

const page = await readFile('docs/operations.md', 'utf8');

describe('docs/operations.md', () => {
  it('states every limit with its default', () => {
    const documented = [...page.matchAll(/^\| `(TIDEMARK_\w+)` \| (\d+) \|/gm)].map(([, name, value]) => [
      name,
      Number(value),
    ]);
    const defaults = defaultOverloadLimits();
    expect(documented).toEqual(Object.entries(OVERLOAD_VARIABLES).map(([name, key]) => [name, defaults[key]]));
  });

  it('names no metric that there is not', async () => {
    const metrics = createMetrics();
    openGuard(readConfig({}), metrics, () => 0).close();
    createPipelineMetrics(metrics, Date.now);
    metrics.requestHistogram();
    const there = await metrics.text();
    const named = [...page.matchAll(/`(tidemark_\w+)/g)].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(10);
    for (const name of named) expect(there).toContain(`# TYPE ${name} `);
  });
});
