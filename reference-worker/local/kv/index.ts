export { KvRefusal } from './limits.ts';
export { KvNamespace } from './namespace.ts';
export { namespacePart } from './part.ts';
