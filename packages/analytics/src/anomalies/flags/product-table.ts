import { type Amounts, newAmounts, reviveAmounts } from './amount-drift.js';
import { allOf, createEntityTable, type EntityTable } from './entity-table.js';
import { type Herd, newHerd } from './herding-surge.js';
import { newProduct, PRODUCTS_MAX, type Product } from './sale-rush.js';
import type { TableState } from './table-state.js';
import { newProductOrders, type ProductOrders } from './wash-pair.js';

/** What all detectors together remember of one product. */
export interface ProductRecord {
  readonly rush: Product;
  readonly herd: Herd;
  readonly orders: ProductOrders;
  readonly amounts: Amounts;
}

export function createProductTable(saved?: TableState<unknown, string | number>): EntityTable<ProductRecord> {
  return createEntityTable<ProductRecord>(newProductRecord, PRODUCTS_MAX, saved, revive);
}

/** Sales of all products that are known. */
export function* rushesOf(table: EntityTable<ProductRecord>): Generator<Product> {
  for (const [, { rush }] of allOf(table)) yield rush;
}

function newProductRecord(): ProductRecord {
  return { rush: newProduct(), herd: newHerd(), orders: newProductOrders(), amounts: newAmounts() };
}

/** Who took part is a set, whose plain form is a list. */
function revive(plain: unknown): ProductRecord {
  const { rush, herd, orders, amounts } = plain as ProductRecord; // of the same name, so of the same make
  return {
    rush: { ...rush, sellers: new Set(rush.sellers) },
    herd: { ...herd, buyers: new Set(herd.buyers), sellers: new Set(herd.sellers) },
    orders,
    amounts: reviveAmounts(amounts),
  };
}
