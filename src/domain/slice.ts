/** Whether a case with these tags belongs to a slice: it carries every tag of it. The empty slice is the whole suite. */
export function inSlice(tags: Readonly<Record<string, string>>, slice: Readonly<Record<string, string>>): boolean {
  return Object.entries(slice).every(([tag, value]) => tags[tag] === value);
}
