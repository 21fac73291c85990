/** That a verdict hangs on nothing but the Worker: not on names, on sides, on an order or on a seed. */
export { proveVerdicts } from './prove-verdicts.ts';
