import { join } from 'node:path';
import {
  choice,
  fake,
  fieldModel,
  marked,
  moment,
  parent,
  sentences,
  text,
  whole,
} from '../../fixtures/fields/index.ts';

const MIGRATIONS = join(import.meta.dirname, '..', '..', 'migrations', 'single-tenant');
const [OPENED, TODAY, LATER] = ['2016-11-01', '2026-11-01', '2027-02-01'] as const;
const note = marked(sentences(1, 4));

/**
 * What ten years of a shop leave behind. The shares are assumptions: a customer buys eight times, two or three things each time, and has
 * an appointment in three years.
 */
export const model = fieldModel({
  resources: {
    staff: {
      perUser: 1,
      fields: {
        name: fake(2_000, (faker) => faker.person.fullName()),
        role: choice(['owner', 'manager', 'sales']),
        note,
      },
    },
    customers: {
      fields: {
        name: fake(20_000, (faker) => faker.person.fullName()),
        email: fake(20_000, (faker) => faker.internet.email()),
        postcode: fake(5_000, (faker) => faker.location.zipCode()),
        note,
      },
    },
    inventory: {
      share: 0.2,
      fields: {
        sku: fake(50_000, (faker) => faker.commerce.isbn()),
        title: text(2, 5),
        pricePence: whole(99, 49_999),
        stock: whole(0, 400),
        note,
      },
    },
    sales: {
      share: 8,
      fields: {
        customerId: parent('customers'),
        staffId: parent('staff'),
        soldAt: moment(OPENED, TODAY),
        note,
      },
    },
    lines: {
      share: 20,
      fields: {
        saleId: parent('sales'),
        itemId: parent('inventory'),
        quantity: whole(1, 5),
        pricePence: whole(99, 49_999),
        note: marked(text(1, 3)),
      },
    },
    appointments: {
      share: 3,
      fields: { customerId: parent('customers'), startsAt: moment(OPENED, LATER), note },
    },
  },
  // No column of an account: each has a database of its own (C2).
  storage: {
    migrations: MIGRATIONS,
    tables: {
      staff: { id: 'id', table: 'staff', columns: { name: 'name', role: 'role', note: 'note' } },
      customers: {
        ...{ id: 'id', table: 'customer' },
        columns: { name: 'name', email: 'email', postcode: 'postcode', note: 'note' },
      },
      inventory: {
        ...{ id: 'id', table: 'inventory' },
        columns: { sku: 'sku', title: 'title', pricePence: 'price_pence', stock: 'stock', note: 'note' },
      },
      sales: {
        ...{ id: 'id', table: 'sale' },
        columns: { customerId: 'customer_id', staffId: 'staff_id', soldAt: 'sold_at', note: 'note' },
      },
      lines: {
        ...{ id: 'id', table: 'sale_line' },
        columns: {
          ...{ saleId: 'sale_id', itemId: 'item_id', quantity: 'quantity' },
          ...{ pricePence: 'price_pence', note: 'note' },
        },
      },
      appointments: {
        ...{ id: 'id', table: 'appointment' },
        columns: { customerId: 'customer_id', startsAt: 'starts_at', note: 'note' },
      },
    },
  },
});
