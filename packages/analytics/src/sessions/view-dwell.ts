import type { EpochMs } from '@tidemark/protocol';

/**
 * Dwell as a server can know it: the time from a view to the next view of the same session. Nothing tells how long
 * the last view was looked at, so it has none. Requests that are no views (images, scripts, feeds) end no view.
 *
 * It is an upper bound of the attention that an SDK measures: the reader may have been elsewhere meanwhile.
 *
 * @param viewTimesMs - times of ONE session's views in order, epoch milliseconds, shape [views].
 * @returns shape [views], milliseconds, each >= 0; undefined for the last view.
 * @throws {RangeError} when the views are not in order of time.
 */
export function viewDwells(viewTimesMs: readonly EpochMs[]): (number | undefined)[] {
  return viewTimesMs.map((startMs, i) => {
    const nextMs = viewTimesMs[i + 1];
    if (nextMs === undefined) return undefined;
    if (!(nextMs >= startMs)) throw new RangeError(`views must be in order of time: ${nextMs} follows ${startMs}`);
    return nextMs - startMs;
  });
}
