/** Of devices that run like clockwork. */
export const CLOCKWORK_KIND = 'scripted_timing';
/** Of so many new flags an hour each is told by itself, as long as they are grave; of usual severity a hundred are, and what goes beyond is rolled up. */
export const FLAGS_MOST = 250;

/** Has the workspace take flags of devices that run like clockwork for grave. */
export async function tellAllFlags(url: string, secretKey: string): Promise<void> {
  const answer = await fetch(`${url}/v1/policy`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ kinds: { [CLOCKWORK_KIND]: { severity: 'high' } } }),
  });
  if (!answer.ok) throw new Error(`the policy was answered with ${answer.status}`);
}
