/**
 * Remembers what was made of an object for as long as it lives. Cases are scored many times (candidates, repeats), and
 * compiling a pattern costs more than running it.
 */
export function memo<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new WeakMap<Key, Value>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}
