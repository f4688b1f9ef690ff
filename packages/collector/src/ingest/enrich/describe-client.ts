import type { BatchContext } from '@tidemark/protocol';
import { type BotSignal, type BrowserHeaders, botSignals } from './bot-signals.js';
import type { DescribeAgent } from './describe-agent.js';
import type { Locate, Place } from './open-geo-database.js';

/** What the collector finds out about who sent a batch. */
export interface Client extends Place {
  readonly userAgent: string;
  readonly isBot: boolean;
  readonly botSignals: readonly BotSignal[];
  readonly uaFamily: string;
  readonly osFamily: string;
  readonly deviceClass: string;
}

export interface Sender {
  readonly userAgent: string;
  /** Its network, already cut; empty when it is not the device's. */
  readonly ipPrefix: string;
  /** Absent where they are not those of the device. */
  readonly headers?: BrowserHeaders | undefined;
}

export type DescribeClient = (context: BatchContext, sender: Sender) => Client;

export function createDescribeClient(describeAgent: DescribeAgent, locate: Locate): DescribeClient {
  return (context, sender) => {
    const agent = describeAgent(context.userAgent ?? sender.userAgent);
    const { userAgent, uaFamily, osFamily, deviceClass } = agent;
    const signals = botSignals(agent, context, sender.headers);
    return {
      userAgent,
      isBot: agent.isRobot,
      botSignals: signals,
      uaFamily,
      osFamily,
      deviceClass,
      ...locate(sender.ipPrefix),
    };
  };
}
