import type { Container } from './container.js';

/** A WeChat mini program: it tells its identity with the address, and hears of the page when that is left. */
export const miniProgram: Container = {
  label: 'WeChat mini program',
  note: 'Nothing is answered: the identity comes with the address, wx.miniProgram.postMessage is heard when the page is left, and events go by HTTP.',
  install(page) {
    // What is posted reaches the mini program when the page is left; this app makes no use of it.
    const postMessage = (): void => undefined;
    Object.assign(page, { __wxjs_environment: 'miniprogram', wx: { miniProgram: { postMessage } } });
    return { say: () => undefined };
  },
};
