/** A mean that remembers about the last `span` values; until as many were seen, the plain mean. Plain data: it survives JSON. */
export interface RunningMean {
  count: number;
  mean: number;
}

export function newRunningMean(): RunningMean {
  return { count: 0, mean: 0 };
}

/** Takes one more value in. @returns the mean with it. */
export function addToMean(running: RunningMean, value: number, span: number): number {
  running.count = Math.min(running.count + 1, span);
  running.mean += (value - running.mean) / running.count;
  return running.mean;
}
