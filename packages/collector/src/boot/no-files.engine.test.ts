import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { deliver, makeBatch } from '../../../../test/fixtures/batches.js';
import { makePipe } from '../../../../test/fixtures/make-pipe.js';
import { startTestCollector } from '../../../../test/fixtures/start-test-collector.js';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { segmentFileName } from '../wal/segment.js';
import { readConfig } from './config.js';
import { startCollector } from './start-collector.js';

describe('a collector among whose files lies what is none', () => {
  it('sets aside pipes and folders under the names of its segments, and looks at what comes', async () => {
    const directory = await temporaryDirectory();
    const first = await startTestCollector(directory);
    await deliver(first.collector.url, first.collector.keys.writeKey, makeBatch({ queue: 1 }));
    await first.drained();
    await first.collector.flagged();
    await first.collector.close(); // with a snapshot: what lies behind it is the detectors' to read
    const strangers = [998, 999].map(segmentFileName) as [string, string];
    for (const room of ['wal', 'risk']) {
      await makePipe(join(directory, room, strangers[0]));
      await mkdir(join(directory, room, strangers[1], 'within'), { recursive: true });
    }
    const { collector, drained } = await startTestCollector(directory);
    onTestFinished(() => collector.close());
    await deliver(collector.url, collector.keys.writeKey, makeBatch({ queue: 2 }));
    await drained();
    await collector.flagged();
    const metrics = async () => (await fetch(`${collector.url}/metrics`)).text();
    await expect.poll(metrics, { timeout: 20_000 }).toMatch(/^tidemark_risk_events [1-9]/m);
    expect(await metrics()).toMatch(/^tidemark_wal_quarantined 2$/m);
    expect(await metrics()).toMatch(/^tidemark_risk_set_aside 2$/m);
    for (const room of ['wal', 'risk']) {
      const names = (await readdir(join(directory, room))).filter((name) => name.endsWith('.damaged'));
      expect(names.sort(), room).toEqual(strangers.map((name) => `${name}.damaged`));
    }
  });

  it('waits for no pipe: what tells who may do what is named, and all else begins anew', async () => {
    const directory = await temporaryDirectory();
    const start = () =>
      startCollector({
        config: readConfig({}, { dataDirectory: directory, port: 0, logLevel: 'silent' }),
        firstWorkspace: 'test',
        engineCommand: [process.execPath, '-e', 'process.stdin.resume()'], // it never comes up
      });
    await (await start()).close();
    const kept = (await readdir(directory, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    expect(kept.length).toBeGreaterThan(8);
    const models = join(directory, 'models', 'w');
    await mkdir(models, { recursive: true });
    const others = ['collector.lock', 'models/w/serving.json', 'models/w/000001-0123456789abcdef.json'];
    const refused: string[] = [];
    for (const path of [...kept, ...others.map((name) => join(directory, name))]) {
      const former = await readFile(path).catch(() => undefined);
      await rm(path, { force: true });
      await makePipe(path);
      const late = new Promise<never>((_, reject) =>
        setTimeout(reject, 10_000, new Error(`${path} holds up the start`)),
      );
      const started = await Promise.race([start(), late]).catch((error: Error) => error);
      if (started instanceof Error) {
        expect(started.message).toMatch(new RegExp(`^${path} (?:is no file|cannot be read \\(it is no file\\))`));
        refused.push(basename(path));
      } else await started.close();
      await rm(path, { force: true });
      if (former) await writeFile(path, former);
    }
    expect(refused.sort()).toEqual(['collector.lock', 'control.json', 'keys.json']);
  });
});
