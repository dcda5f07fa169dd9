/**
 * The values that are kept, in their order. The built-in `filter` of a typed array makes an object of every value first: of a
 * quarter of a million, eight megabytes of garbage.
 */
export function keep(values: Float64Array, isKept: (value: number, at: number) => boolean): Float64Array {
  const kept = new Float64Array(values.length);
  let length = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (isKept(value, at)) kept[length++] = value;
  }
  return kept.subarray(0, length);
}

/** The values that are known: unknown ones are NaN. */
export function known(values: Float64Array): Float64Array {
  return keep(values, (value) => !Number.isNaN(value));
}
