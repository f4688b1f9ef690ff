import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { createOnlineCalibrator } from './online-calibrator.js';
import { fitPlatt } from './platt.js';

describe('createOnlineCalibrator', () => {
  it('leaves probabilities alone until it has seen enough', () => {
    const calibrator = createOnlineCalibrator({ every: 10 });
    for (let row = 0; row < 9; row += 1) calibrator.observe(0.2, 1);
    expect(calibrator.calibrate(0.2)).toBe(0.2);
    calibrator.observe(0.2, 1);
    expect(calibrator.calibrate(0.2)).toBeGreaterThan(0.4);
  });

  it('draws the line through the newest outcomes only', () => {
    const calibrator = createOnlineCalibrator({ window: 100, every: 50 });
    const random = seededRandom(1);
    const said: number[] = [];
    const labels: number[] = [];
    for (let row = 0; row < 300; row += 1) {
      said.push(random());
      labels.push(random() < (row < 200 ? 0.9 : 0.1) ? 1 : 0);
      calibrator.observe(Number(said[row]), Number(labels[row]));
    }
    const line = fitPlatt(said.slice(200), labels.slice(200));
    expect(calibrator.current()?.slope).toBeCloseTo(line.slope, 6);
    expect(calibrator.current()?.intercept).toBeCloseTo(line.intercept, 6);
  });

  it('follows a world in which success becomes five times as frequent', () => {
    const calibrator = createOnlineCalibrator();
    const random = seededRandom(2);
    for (let row = 0; row < 2000; row += 1) calibrator.observe(0.06, random() < 0.31 ? 1 : 0);
    expect(calibrator.calibrate(0.06)).toBeCloseTo(0.31, 1);
  });

  it('refuses windows that are none', () => {
    expect(() => createOnlineCalibrator({ window: 0 })).toThrow(RangeError);
    expect(() => createOnlineCalibrator({ every: 1.5 })).toThrow(RangeError);
  });
});
