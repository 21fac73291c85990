import * as z from 'zod';

const Text = z.string().max(20_000);
/** An index entry and a URL hold it. */
const Indexed = z.string().max(200);
const Count = z.int();
const Pence = z.int().nonnegative();

type Fields = Readonly<Record<string, readonly [column: string, schema: z.ZodType<string | number>]>>;

/** How a resource lies in its table. Column names come from here only, never from a request. */
export interface ShopTable {
  readonly table: string;
  readonly fields: Fields;
  /** The fields that lists are filtered by. */
  readonly indexed: readonly string[];
}

const table = (name: string, fields: Fields): ShopTable => ({
  table: name,
  fields,
  indexed: Object.keys(fields).filter((field) => fields[field]?.[1] === Indexed),
});

const TABLES: Readonly<Record<string, ShopTable>> = {
  customers: table('customer', {
    name: ['name', Indexed],
    email: ['email', Indexed],
    postcode: ['postcode', Indexed],
    note: ['note', Text],
  }),
  staff: table('staff', { name: ['name', Indexed], role: ['role', Text], note: ['note', Text] }),
  inventory: table('inventory', {
    sku: ['sku', Indexed],
    title: ['title', Indexed],
    pricePence: ['price_pence', Pence],
    stock: ['stock', Count],
    note: ['note', Text],
  }),
  sales: table('sale', {
    customerId: ['customer_id', Indexed],
    staffId: ['staff_id', Indexed],
    soldAt: ['sold_at', Indexed],
    note: ['note', Text],
  }),
  lines: table('sale_line', {
    saleId: ['sale_id', Indexed],
    itemId: ['item_id', Indexed],
    quantity: ['quantity', Count],
    pricePence: ['price_pence', Pence],
    note: ['note', Text],
  }),
  appointments: table('appointment', {
    customerId: ['customer_id', Indexed],
    startsAt: ['starts_at', Indexed],
    note: ['note', Text],
  }),
};

/** @returns undefined for a resource that there is not */
export const shopTable = (resource: string): ShopTable | undefined =>
  Object.hasOwn(TABLES, resource) ? TABLES[resource] : undefined;

/** The whole of a document, or what a change names of it. */
export function shopShape({ fields }: ShopTable): z.ZodObject {
  return z.strictObject(
    Object.fromEntries(Object.entries(fields).map(([name, [, schema]]) => [name, schema])),
  );
}
