import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TidemarkError } from '../observe/errors.js';
import { freeBytesAt, watchDiskReserve } from './disk-reserve.js';

async function watch(free: number, everyMs = 5) {
  const disk = { free, looks: 0, fails: false };
  const told: string[] = [];
  const reserve = await watchDiskReserve({
    async freeBytes() {
      disk.looks++;
      if (disk.fails) throw new Error('EIO');
      return disk.free;
    },
    reserveBytes: 100,
    everyMs,
    onChange: (low, freeBytes) => told.push(`${low ? 'low' : 'room'} ${freeBytes}`),
  });
  onTestFinished(() => reserve.stop());
  return { disk, reserve, told };
}

describe('the disk reserve', () => {
  it('refuses from the first look on while less is free, and takes again once there is room', async () => {
    const { disk, reserve, told } = await watch(99);
    expect(() => reserve.refuseWhenLow()).toThrow(expect.objectContaining({ code: 'disk_full' }));
    disk.free = 100;
    await expect.poll(() => reserve.isLow()).toBe(false);
    reserve.refuseWhenLow();
    disk.free = 3;
    await expect.poll(() => reserve.isLow()).toBe(true);
    expect(reserve.freeBytes()).toBe(3);
    expect(reserve.timesReached()).toBe(2);
    expect(told).toEqual(['low 99', 'room 100', 'low 3']);
  });

  it('looks at once when a write found no room, and at no other fault', async () => {
    const { disk, reserve } = await watch(1_000, 60_000);
    disk.free = 0;
    const fault = (code: string) => new TidemarkError('wal_write_failed', 'told to', { cause: { code } });
    reserve.onWriteFailed(fault('EIO'));
    expect(disk.looks).toBe(1);
    reserve.onWriteFailed(fault('ENOSPC'));
    reserve.onWriteFailed(fault('EDQUOT')); // the look under way will do
    expect(disk.looks).toBe(2);
    await expect.poll(() => reserve.isLow()).toBe(true);
  });

  it('keeps what it knows when a look fails', async () => {
    const { disk, reserve } = await watch(99);
    disk.fails = true;
    await expect.poll(() => disk.looks).toBeGreaterThan(2);
    expect(reserve.isLow()).toBe(true);
  });

  it('reads what is free from the file system', async () => {
    const free = await freeBytesAt(await mkdtemp(join(tmpdir(), 'tidemark-free-')));
    expect(free).toBeGreaterThan(0);
    await expect(freeBytesAt('/nowhere')).rejects.toThrow('ENOENT');
  });
});
