/** What a message is, for the trace. */
export function titleOf(text: string): string {
  const { type, n, batch, batchId, eventIds } = JSON.parse(text) as {
    readonly type: string;
    readonly n: number;
    readonly batch?: { readonly batchId: string; readonly events: readonly { readonly seq: number }[] };
    readonly batchId?: string;
    readonly eventIds?: readonly string[];
  }; // written by the page's or the host's bridge
  const id = (batch?.batchId ?? batchId ?? '').slice(9, 23);
  const seqs = batch ? ` seq ${batch.events.map(({ seq }) => seq).join(',')}` : '';
  return `${type} ${n} ${id}${seqs}${eventIds ? ` of ${eventIds.length}` : ''}`;
}
