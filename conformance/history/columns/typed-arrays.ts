/** Typed arrays are read through these three: an index within bounds is the caller's duty. */
export const int = (values: Int32Array, index: number): number => values[index] as number;
export const real = (values: Float64Array, index: number): number => values[index] as number;
export const byte = (values: Uint8Array, index: number): number => values[index] as number;

type ColumnValues = (Int32Array | Float64Array | Uint16Array | Uint8Array) & { readonly buffer: ArrayBuffer };

/**
 * The same values in an array of another length. The old one is gone at once, not when garbage is next collected: of a large
 * history every column is tens of megabytes.
 */
export function resized<Values extends ColumnValues>(
  values: Values,
  List: new (buffer: ArrayBuffer) => Values,
  length: number,
): Values {
  return new List(values.buffer.transfer(length * values.BYTES_PER_ELEMENT));
}
