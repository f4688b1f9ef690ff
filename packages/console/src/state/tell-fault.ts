import { faultOf, isKeyRefused, type Refusal } from '../api/api-outcome.js';
import type { Store } from './store.js';

/**
 * Why an attempt failed goes to whoever looks at the page; that a key was refused, to whoever has it.
 *
 * @param refusal - undefined when nobody answered.
 */
export function tellFault<State extends { readonly fault: string }>(
  state: Store<State>,
  refusal: Refusal | undefined,
  onRefused: (refusal: Refusal) => void,
): void {
  if (refusal !== undefined && isKeyRefused(refusal)) onRefused(refusal);
  else state.set({ ...state.get(), fault: faultOf(refusal) });
}
