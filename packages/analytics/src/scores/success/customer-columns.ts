import type { OrderColumns } from './order-columns.js';

/** What of an order's columns is about the customer alone, in the order models are trained with. */
export const CUSTOMER_COLUMNS = [
  'trades_settled',
  'orders_placed',
  'own_success',
  'own_cancelled',
  'reputation',
] as const satisfies readonly (keyof OrderColumns)[];

/** What is known of a customer who asks for nothing in particular. */
export type CustomerColumns = Pick<OrderColumns, (typeof CUSTOMER_COLUMNS)[number]>;
