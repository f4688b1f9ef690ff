import { describe, expect, it } from 'vitest';
import { deliver, makeBatch, makeEvent } from '../../../../test/fixtures/batches.js';
import { engineCommandFromSource } from '../../../../test/fixtures/start-engine.js';
import { startTestCollector } from '../../../../test/fixtures/start-test-collector.js';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { readConfig } from '../boot/config.js';
import { examine } from './doctor-command.js';

describe('tidemark doctor', () => {
  it('asks the collector while it runs, and its tables when it is stopped', async () => {
    const directory = await temporaryDirectory();
    const config = readConfig({}, { dataDirectory: directory, port: 0 });
    const test = await startTestCollector(directory);
    await deliver(
      test.collector.url,
      test.collector.keys.writeKey,
      makeBatch({ events: [makeEvent(1), { type: 'no' }] }),
    );
    await test.drained();
    const status = async () => {
      const findings = await examine(config, engineCommandFromSource());
      return Object.fromEntries(findings.map((finding) => [`${finding.group} ${finding.name}`, finding.status]));
    };
    expect(await status()).toMatchObject({
      'Collector collector': 'ok',
      'Collector readiness': 'ok',
      'Collector rejected events': 'warn',
      'Store engine': 'ok',
      'Data WAL': 'ok',
    });
    await test.collector.close();
    expect(await status()).toMatchObject({
      'Collector collector': 'ok',
      'Store store': 'ok',
      'Store clock': 'ok',
      'Store schema': 'ok',
      'Store rejected rows': 'warn',
    });
  });
});
