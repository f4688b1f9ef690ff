import type { Step } from '@tidemark/protocol';
import type { Bind } from './compiled-query.js';

export interface StepSql {
  /** Whether a raw event is of the step. */
  readonly where: string;
  /** Whether a row of `steps` is; undefined for what is not kept there. */
  readonly kept: string | undefined;
}

/** @param bind - what a step names is bound, and never part of the text. */
export function stepOf(step: Step, bind: Bind): StepSql {
  if ('view' in step) return views(bind('String', step.view));
  if ('goal' in step) {
    const goal = bind('String', step.goal);
    return { where: `event_type = 'conversion' AND name = ${goal}`, kept: `kind = 'goal' AND subject = ${goal}` };
  }
  if ('order' in step) {
    const [side, phase] = [bind('String', step.order), bind('String', step.phase)];
    return {
      where: `event_type = 'order' AND order_side = ${side} AND order_phase = ${phase}`,
      kept: `kind = 'order' AND subject = concat(${side}, '.', ${phase})`,
    };
  }
  if ('click' in step) return named('click', bind('String', step.click));
  return named('custom', bind('String', step.custom));
}

function views(page: string): StepSql {
  return {
    where: `event_type IN ('page_view', 'screen_view') AND page = ${page}`,
    kept: `kind = 'view' AND subject = ${page}`,
  };
}

function named(type: 'click' | 'custom', name: string): StepSql {
  return { where: `event_type = '${type}' AND name = ${name}`, kept: undefined };
}
