import { useEffect, useState } from 'preact/hooks';

/** What now is, drawn again every so often. */
export function useNow(now: () => number, everyMs: number): number {
  const [, redraw] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => redraw((turn) => turn + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now();
}
