/**
 * How many runs of `size` tokens two texts have in common, each counted as often as it stands in the one that has fewer.
 */
export function overlap(given: readonly string[], wanted: readonly string[], size: number): number {
  const left = gramCounts(wanted, size);
  let common = 0;
  for (let at = 0; at + size <= given.length; at++) {
    const gram = gramAt(given, at, size);
    const count = left.get(gram) ?? 0;
    if (count === 0) continue;
    left.set(gram, count - 1);
    common += 1;
  }
  return common;
}

/** How many runs of `size` tokens there are. */
export function gramTotal(tokens: readonly string[], size: number): number {
  return Math.max(0, tokens.length - size + 1);
}

function gramCounts(tokens: readonly string[], size: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at + size <= tokens.length; at++) {
    const gram = gramAt(tokens, at, size);
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

// No token has a space in it.
function gramAt(tokens: readonly string[], at: number, size: number): string {
  let gram = tokens[at] as string;
  for (let next = at + 1; next < at + size; next++) gram += ` ${tokens[next]}`;
  return gram;
}
