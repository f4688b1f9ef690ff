import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom, integerBetween, pick, type Random } from '../load/random.js';
import { sleep } from '../process/wait-until.js';
import { auditTables } from './audit-tables.js';
import type { TestPlan, TestResult } from './chaos-test.js';
import { withRemoteStage } from './remote-stage.js';
import { sendMeanwhile } from './send-meanwhile.js';
import { type FramePlace, framePlaces } from './wal-frames.js';

export interface DamageRounds extends TestResult {
  readonly destroyed: number;
}

const SEND_MS = { low: 300, high: 1_000 };
/** From the end of the WAL: that is where a crash tears, and there lie frames that nobody has loaded yet. */
const LAST_FRAMES = 8;

/**
 * A collector gathers events while its store is away, is killed, and finds its WAL damaged at the next start. Which events
 * the damaged bytes held is read from the file before.
 */
export function runDamageRounds({ n: rounds, seed, onProgress }: TestPlan): Promise<DamageRounds> {
  return withRemoteStage(seed, async ({ collector, dataDirectory, network, tables }) => {
    const random = createRandom(seed);
    const acknowledged = new Set<string>();
    const destroyed = new Set<string>();
    for (let round = 1; round <= rounds; round++) {
      network.setFault('down');
      const sent = await sendMeanwhile({ collector, dataDirectory, seed: seed + 1_000 * round }, () =>
        sleep(integerBetween(random, SEND_MS.low, SEND_MS.high)),
      );
      for (const id of sent.acknowledged) acknowledged.add(id);
      const damageFiles = async () => {
        const damage = await damageWal(join(dataDirectory, 'wal'), random);
        const ids = idsWithin(damage.bytes, sent.acknowledged);
        for (const id of ids) destroyed.add(id);
        onProgress(
          `round ${round} of ${rounds}: ${damage.kind}; ${ids.length} of ${sent.acknowledged.size} events were in it`,
        );
      };
      await collector.killAndRestart({ whileDead: damageFiles });
      network.setFault('none');
      await collector.drained();
    }
    await collector.drainAndStop();
    const left = new Set([...acknowledged].filter((id) => !destroyed.has(id)));
    return { acked: left.size, ...(await auditTables(tables, left)), destroyed: destroyed.size, seed };
  });
}

/** @returns the bytes that were good before and are not now. */
async function damageWal(
  directory: string,
  random: Random,
): Promise<{ readonly kind: string; readonly bytes: Buffer }> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.wal')).sort();
  const path = join(directory, names.at(-1) ?? '');
  const bytes = await readFile(path);
  const places = framePlaces(bytes);
  const frame = pick(random, places.slice(-LAST_FRAMES));
  const at = integerBetween(random, frame.start, frame.end - 1);
  if (random() < 0.5) {
    await writeFile(path, bytes.subarray(0, at));
    return { kind: `cut ${bytes.length - at} bytes`, bytes: bytes.subarray(frame.start) };
  }
  return flipBit(path, bytes, frame, at, integerBetween(random, 0, 7));
}

async function flipBit(path: string, bytes: Buffer, { start, end }: FramePlace, at: number, bit: number) {
  const damaged = Buffer.from(bytes);
  damaged[at] = (damaged[at] ?? 0) ^ (1 << bit);
  await writeFile(path, damaged);
  return { kind: `flipped a bit of a frame of ${end - start} bytes`, bytes: bytes.subarray(start, end) };
}

/** Which of these events have a row there: a row holds the 16 bytes of the id as RowBinary writes a UUID. */
function idsWithin(bytes: Buffer, ids: ReadonlySet<string>): string[] {
  return [...ids].filter((id) => {
    const plain = Buffer.from(id.replaceAll('-', ''), 'hex');
    return bytes.includes(Buffer.concat([plain.subarray(0, 8).reverse(), plain.subarray(8).reverse()]));
  });
}
