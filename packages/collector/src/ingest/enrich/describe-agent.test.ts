import { describe, expect, it } from 'vitest';
import { createDescribeAgent } from './describe-agent.js';

const APPLE = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';
const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0';
const ANDROID = 'Mozilla/5.0 (Linux; Android 13; V2301A)';
const describeAgent = createDescribeAgent((text) => text.replaceAll('secret', '*'));

describe('what a user agent says', () => {
  it.each([
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36`, 'Chrome', 'Windows', 'desktop'],
    [`Mozilla/5.0 (Windows NT 10.0) ${CHROME} Safari/537.36 Edg/120.0.0.0`, 'Microsoft Edge', 'Windows', 'desktop'],
    [
      `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${APPLE} Version/17.0 Safari/605.1.15`,
      'Safari',
      'macOS',
      'desktop',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0', 'Firefox', 'Linux', 'desktop'],
    [
      `Mozilla/5.0 (iPad; CPU OS 16_0 like Mac OS X) ${APPLE} Version/16.0 Mobile/15E148 Safari/604.1`,
      'Safari',
      'iOS',
      'tablet',
    ],
    [
      `Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) ${APPLE} Mobile/15E148 MicroMessenger/8.0.44`,
      'WeChat',
      'iOS',
      'mobile',
    ],
    [`${ANDROID} ${CHROME} Mobile Safari/537.36 AlipayClient/10.5`, 'Alipay', 'Android', 'mobile'],
    [`${ANDROID} ${CHROME} UCBrowser/15.5 Mobile Safari/537.36`, 'UC Browser', 'Android', 'mobile'],
    [
      `Mozilla/5.0 (Linux; Android 12; HarmonyOS; ABR) ${CHROME} HuaweiBrowser/14.0 Mobile Safari/537.36`,
      'Huawei Browser',
      'HarmonyOS',
      'mobile',
    ],
    [`Mozilla/5.0 (Phone; OpenHarmony 5.0) ${CHROME} Safari/537.36 ArkWeb/4.1 Mobile`, 'Chrome', 'HarmonyOS', 'mobile'],
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'Googlebot', '', 'bot'],
    ['My-App/1.0 (made up)', '', '', ''],
    ['Generic/1.0', '', '', ''],
    ['', '', '', ''],
  ])('%s', (userAgent, uaFamily, osFamily, deviceClass) => {
    expect(describeAgent(userAgent)).toMatchObject({ userAgent, uaFamily, osFamily, deviceClass });
  });

  it.each([
    [`Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/120.0.0.0 Safari/537.36`, true, true],
    ['Mozilla/5.0 (Unknown; Linux) AppleWebKit/538.1 PhantomJS/2.1.1 Safari/538.1', true, true],
    ['curl/8.0.1', true, false],
    [`${ANDROID} ${CHROME} Mobile Safari/537.36`, false, false],
  ])('%s is a robot: %s, without a screen: %s', (userAgent, isRobot, isHeadless) => {
    expect(describeAgent(userAgent)).toMatchObject({ isRobot, isHeadless });
  });

  it('is read once, and cleaned before it is kept', () => {
    let reads = 0;
    const counting = createDescribeAgent((text) => {
      reads++;
      return text.replaceAll('secret', '*');
    });
    expect(counting('App/1 secret')).toBe(counting('App/1 secret'));
    expect(counting('App/1 secret').userAgent).toBe('App/1 *');
    expect(reads).toBe(1);
  });

  it('takes no longer for a hostile text than for another', () => {
    const started = performance.now();
    for (const unit of ['Mozilla/5.0 ', 'a/1 ', '((', ' ', 'Android ', 'Version/1', 'x;', '1.', 'bot']) {
      for (let n = 0; n < 20; n++) describeAgent(`${n}${unit.repeat(512)}`.slice(0, 512));
    }
    expect(performance.now() - started).toBeLessThan(3_000); // what backtracks takes minutes
  });
});
