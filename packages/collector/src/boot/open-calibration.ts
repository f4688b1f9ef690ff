import type { Logger } from '../observe/logger.js';
import type { LiveFeatureBatch } from '../pipeline/live-acts.js';
import { type CalibrateFlags, createCalibrateFlags } from '../pipeline/risk/calibrate-flags.js';
import { readCalibration, writeCalibration } from '../pipeline/risk/calibration-file.js';

export interface Calibration extends Omit<CalibrateFlags, 'save'> {
  /** Counts the session of a batch. */
  look(batch: LiveFeatureBatch): void;
  close(): Promise<void>;
}

/** A crash costs what was counted since. */
const SAVE_EVERY_MS = 60_000;

/** What flags mean by each workspace's own traffic, kept over a restart. */
export async function openCalibration(directory: string, logger: Pick<Logger, 'warn'>): Promise<Calibration> {
  const saved = await readCalibration(directory, (error) =>
    logger.warn({ error: String(error) }, 'how often flags are false could not be read; it is learnt anew'),
  );
  const calibrate = createCalibrateFlags(saved);
  let written = JSON.stringify(calibrate.save());

  async function save(): Promise<void> {
    const text = JSON.stringify(calibrate.save());
    if (text === written) return;
    await writeCalibration(directory, text).then(
      () => {
        written = text;
      },
      (error: unknown) => logger.warn({ error: String(error) }, 'how often flags are false was not written down'),
    );
  }
  let saving = Promise.resolve();
  const timer = setInterval(() => {
    saving = saving.then(save);
  }, SAVE_EVERY_MS);

  return {
    ...calibrate,
    look({ batch: { workspaceId, context, receivedAt, historical } }) {
      if (!historical) calibrate.countSession(workspaceId, context.sessionId ?? '', receivedAt);
    },
    async close() {
      clearInterval(timer);
      await saving;
      await save();
    },
  };
}
