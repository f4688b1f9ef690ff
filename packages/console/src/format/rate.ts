/** Events per second: `0`, `0.4`, `12`, so that a trickle still shows and a flood does not flicker in its decimals. */
export function formatRate(perSecond: number): string {
  if (perSecond === 0) return '0';
  return perSecond < 10 ? perSecond.toFixed(1) : String(Math.round(perSecond));
}
