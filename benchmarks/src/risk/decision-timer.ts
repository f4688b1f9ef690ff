import { type Agent, request } from 'node:http';
import { quantile } from '../quantile.js';

/** Milliseconds from asking for a decision until its answer is there. */
export interface DecideTimes {
  readonly p50: number;
  readonly p99: number;
  readonly answered: number;
  /** Answers that said that they were degraded. */
  readonly degraded: number;
  /** Refused, or without an answer. */
  readonly failed: number;
}

export interface DecisionTimer {
  /** Does not wait for the answer. */
  ask(visitorId: string): void;
  /** Of all that were asked, once they are answered. */
  times(): Promise<DecideTimes>;
}

export function createDecisionTimer(target: {
  readonly agent: Agent;
  readonly url: string;
  readonly secretKey: string;
}): DecisionTimer {
  const asked: Promise<{ readonly ms: number; readonly degraded: boolean } | undefined>[] = [];
  const { agent, url, secretKey } = target;

  function decide(visitorId: string) {
    const body = Buffer.from(JSON.stringify({ visitorId }));
    const startedMs = performance.now();
    return new Promise<{ ms: number; degraded: boolean } | undefined>((resolve) => {
      const outgoing = request(
        `${url}/v1/decide`,
        {
          method: 'POST',
          agent,
          headers: {
            authorization: `Bearer ${secretKey}`,
            'content-type': 'application/json',
            'content-length': body.byteLength,
          },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('end', () => {
            const ms = performance.now() - startedMs;
            if (incoming.statusCode !== 200) return resolve(undefined);
            const { degraded } = JSON.parse(Buffer.concat(chunks).toString()) as { degraded?: boolean }; // as documented
            resolve({ ms, degraded: degraded === true });
          });
        },
      );
      outgoing.on('error', () => resolve(undefined));
      outgoing.end(body);
    });
  }
  return {
    ask: (visitorId) => {
      asked.push(decide(visitorId));
    },
    times: async () => {
      const all = await Promise.all(asked);
      const answers = all.flatMap((one) => (one ? [one] : []));
      const times = answers.map(({ ms }) => ms);
      return {
        p50: quantile(times, 0.5),
        p99: quantile(times, 0.99),
        answered: answers.length,
        degraded: answers.filter(({ degraded }) => degraded).length,
        failed: all.length - answers.length,
      };
    },
  };
}
