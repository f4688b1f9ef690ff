import type { ClientConfig } from '@tidemark/protocol';
import { listen } from '../browser/listen.js';
import { readJson } from '../browser/small-storage.js';
import { createSampler } from '../reduce/sample.js';
import type { Feature } from '../track/feature.js';

/**
 * Does what the operator says from afar: samples by visitor, and stops altogether where tracking is switched off. It is
 * read at the start and whenever an ack names another version, so that it is obeyed within one answer; the last one read
 * holds from the start of the next page. Also takes the visitor id back that the collector's cookie remembers.
 */
export function remoteConfig(): Feature {
  return (host) => {
    let config = readJson(host.storage, 'config') as ClientConfig | undefined;
    let sampler = createSampler({ visitorId: '', sampling: {} });
    let sampled: string | undefined;
    let reading = false;
    let stopped = false;

    async function read(): Promise<void> {
      if (reading || stopped) return;
      reading = true;
      const answer = (await host.ask('config')) as ClientConfig | undefined; // of a collector, or of anybody: looked at below
      reading = false;
      if (typeof answer?.enabled !== 'boolean' || stopped) return;
      const { visitorId, ...next } = answer;
      config = next;
      host.storage.set('config', JSON.stringify(next));
      const previousVisitorId = host.visitor.id();
      // The browser forgot who it was, the cookie did not.
      if (visitorId && visitorId !== previousVisitorId && !host.visitor.isKnown() && host.visitor.become(visitorId)) {
        host.emit({ type: 'alias', previousVisitorId });
      }
      sampled = undefined;
      host.setDisabled(!next.enabled);
    }

    host.judge((type, name) => {
      const visitorId = host.visitor.id();
      if (visitorId !== sampled) sampler = createSampler({ visitorId, sampling: config?.sampling ?? {} });
      sampled = visitorId;
      return sampler.weightOf(type, name) ?? 'sampled';
    });
    host.onAck(({ configVersion }) => {
      if (configVersion !== undefined && configVersion !== config?.version) void read();
    });
    host.onStart(() => void read());
    if (config?.enabled === false) host.setDisabled(true);
    // A page that is switched off sends nothing, so no ack tells it when that ends.
    const unlisten = listen(window, 'pageshow', () => config?.enabled === false && void read());
    return () => {
      stopped = true;
      unlisten();
    };
  };
}
