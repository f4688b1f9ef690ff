import { type Container, evaluateReceive } from './container.js';
import { createSyncAnswers } from './sync-answers.js';

/** ArkWeb's `registerJavaScriptProxy`: a call is answered at once, by its return value. */
export const harmony: Container = {
  label: 'HarmonyOS ArkWeb',
  note: 'TidemarkHarmony.postMessage(text) returns the answer; the rest comes by tidemarkBridge.receive. No origin is told.',
  install(page, shell) {
    const answers = createSyncAnswers((text) => evaluateReceive(page, text));
    const postMessage = (text: unknown) => answers.during(() => shell.hear(text));
    Object.assign(page, { TidemarkHarmony: { postMessage } });
    return answers;
  },
};
