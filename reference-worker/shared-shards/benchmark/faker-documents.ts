import { faker } from '@faker-js/faker/locale/en_GB';
import {
  type Bodies,
  CLIENT_STATUS_SHARES,
  canaryFor,
  EPOCH_END_MS,
  EPOCH_START_MS,
  groupId,
  type PlannedAccount,
  userId,
} from '../data/index.ts';

/** Documents of our collections and fields, as a script makes them that calls faker for each field. */

/** Gives notes about the mean size of ours, which the test compares: faker's sentences are shorter. */
const SENTENCES_PER_NOTE = { min: 1, max: 24 };
const STATUSES = Object.keys(CLIENT_STATUS_SHARES);
const KINDS = ['personal pension', 'stocks and shares ISA', 'life assurance', 'investment bond'];

export const fakeGroup = (plan: PlannedAccount, id: string): Bodies['groups'] => ({
  canary: canaryFor(plan, 'groups', id),
  name: faker.company.name(),
  kind: faker.commerce.department(),
  town: faker.location.city(),
  postcode: faker.location.zipCode(),
  phone: faker.phone.number(),
  createdAt: createdAt(),
});

export const fakeUser = (plan: PlannedAccount, id: string): Bodies['users'] => ({
  canary: canaryFor(plan, 'users', id),
  ...fakeName(),
  email: faker.internet.email(),
  phone: faker.phone.number(),
  groupId: anyOf(groupId, plan.counts.groups),
  role: faker.person.jobType(),
  createdAt: createdAt(),
});

export const fakeClient = (plan: PlannedAccount, id: string): Bodies['clients'] => ({
  canary: canaryFor(plan, 'clients', id),
  ...fakeName(),
  dateOfBirth: dayOf(faker.date.birthdate()),
  occupation: faker.person.jobTitle(),
  address: {
    line1: faker.location.streetAddress(),
    town: faker.location.city(),
    county: faker.location.county(),
  },
  postcode: faker.location.zipCode(),
  phone: faker.phone.number(),
  mobile: faker.phone.number(),
  email: faker.internet.email(),
  groupId: anyOf(groupId, plan.counts.groups),
  adviserId: anyOf(userId, plan.counts.users),
  status: faker.helpers.arrayElement(STATUSES),
  createdAt: createdAt(),
});

export const fakeFinance = (plan: PlannedAccount, id: string, clientId: string): Bodies['finances'] => ({
  canary: canaryFor(plan, 'finances', id),
  clientId,
  kind: faker.helpers.arrayElement(KINDS),
  provider: faker.company.name(),
  reference: faker.string.alphanumeric({ length: 10, casing: 'upper' }),
  valuePence: faker.number.int({ min: 10_000, max: 120_000_000 }),
  reviewOn: dayOf(faker.date.soon({ days: 365, refDate: EPOCH_END_MS })),
  createdAt: createdAt(),
});

export const fakeNote = (plan: PlannedAccount, id: string, clientId: string): Bodies['notes'] => ({
  canary: canaryFor(plan, 'notes', id),
  clientId,
  authorId: anyOf(userId, plan.counts.users),
  createdAt: createdAt(),
  subject: faker.lorem.words(2),
  text: faker.lorem.sentences(SENTENCES_PER_NOTE),
});

const fakeName = (): Pick<Bodies['users'], 'title' | 'givenName' | 'surname'> => ({
  title: faker.person.prefix(),
  givenName: faker.person.firstName(),
  surname: faker.person.lastName(),
});

const createdAt = (): string => faker.date.between({ from: EPOCH_START_MS, to: EPOCH_END_MS }).toISOString();
const dayOf = (date: Date): string => date.toISOString().slice(0, 10);
const anyOf = (idOf: (index: number) => string, count: number): string =>
  idOf(faker.number.int({ max: count - 1 }));
