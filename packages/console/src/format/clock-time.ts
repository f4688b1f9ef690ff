const withSeconds = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const withoutSeconds = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** `14:03:09` in the viewer's time zone. */
export function formatTime(timeMs: number): string {
  return withSeconds.format(timeMs);
}

/** `14:03` in the viewer's time zone. */
export function formatMinute(timeMs: number): string {
  return withoutSeconds.format(timeMs);
}
