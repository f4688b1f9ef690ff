import Bowser from 'bowser';
import { isbot } from 'isbot';

/** What a user agent says of itself. Empty where it says nothing that is known: the sets of names are closed. */
export interface Agent {
  /** The user agent, as it may be kept. */
  readonly userAgent: string;
  readonly isRobot: boolean;
  readonly isHeadless: boolean;
  readonly uaFamily: string;
  readonly osFamily: string;
  /** `desktop`, `mobile`, `tablet`, `tv` or `bot`. */
  readonly deviceClass: string;
}

export type DescribeAgent = (userAgent: string) => Agent;

/** Some 10 MB at the most, were all as long as they may be. */
const REMEMBERED_AGENTS = 10_000;

/** Browsers without a screen, and what drives them, where they say so. */
const HEADLESS = /headless|phantomjs|slimerjs|htmlunit|puppeteer|playwright|selenium|jsdom/i;

/** What shows pages inside an app, and browsers that call themselves Chrome besides: looked for first. */
const OTHERS: readonly (readonly [pattern: RegExp, family: string])[] = [
  [/AlipayClient/, 'Alipay'],
  [/DingTalk/, 'DingTalk'],
  [/__weibo__|Weibo \(/, 'Weibo'],
  [/aweme|BytedanceWebview/, 'Douyin'],
  [/baiduboxapp/, 'Baidu'],
  [/ QQ\//, 'QQ'],
  [/FBAN|FBAV/, 'Facebook'],
  [/Instagram/, 'Instagram'],
  [/ Line\//, 'Line'],
  [/HuaweiBrowser/, 'Huawei Browser'],
  [/MiuiBrowser/, 'Miui Browser'],
  [/ Quark\//, 'Quark'],
];

/**
 * Reads user agents, each once.
 *
 * @param clean - takes personal data out of what is kept: robots give e-mail addresses, and a client may write anything.
 */
export function createDescribeAgent(clean: (text: string) => string): DescribeAgent {
  const known = new Map<string, Agent>();
  const families = new Set(Object.values(Bowser.BROWSER_MAP));
  const systems = new Set(Object.values(Bowser.OS_MAP));
  const classes = new Set(Object.values(Bowser.PLATFORMS_MAP));

  function read(userAgent: string): Agent {
    const { browser, os, platform } = userAgent === '' ? NOTHING : Bowser.parse(userAgent);
    const other = OTHERS.find(([pattern]) => pattern.test(userAgent))?.[1];
    return {
      userAgent: clean(userAgent),
      isRobot: isbot(userAgent),
      isHeadless: HEADLESS.test(userAgent),
      uaFamily: other ?? oneOf(families, browser.name),
      osFamily: /HarmonyOS|OpenHarmony/.test(userAgent) ? 'HarmonyOS' : oneOf(systems, os.name),
      deviceClass: oneOf(classes, platform.type),
    };
  }

  return (userAgent) => {
    let agent = known.get(userAgent);
    if (agent === undefined) {
      agent = read(userAgent);
      if (known.size >= REMEMBERED_AGENTS) known.clear();
      known.set(userAgent, agent);
    }
    return agent;
  };
}

const NOTHING: Pick<Bowser.Parser.ParsedResult, 'browser' | 'os' | 'platform'> = { browser: {}, os: {}, platform: {} };

/** The parser gives the first word of an agent that it does not know: a client would choose what the column holds. */
function oneOf(names: ReadonlySet<string>, name: string | undefined): string {
  return name !== undefined && name !== 'Generic' && names.has(name) ? name : '';
}
