/** Something on a drawing that a label must not cover, in pixels. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where a label goes: beside its point, shifted by pixels. */
export interface Place {
  readonly anchor: "start" | "middle" | "end";
  readonly dx: number;
  /** Of the first of its lines. */
  readonly dy: number;
}

const LETTER = 6.6;
const LINE = 15;

const PLACES: readonly Place[] = [
  { anchor: "start", dx: 11, dy: -2 },
  { anchor: "end", dx: -11, dy: -2 },
  { anchor: "middle", dx: 0, dy: -26 },
  { anchor: "middle", dx: 0, dy: 22 },
  { anchor: "start", dx: 10, dy: -24 },
  { anchor: "start", dx: 10, dy: 22 },
  { anchor: "end", dx: -10, dy: -24 },
  { anchor: "end", dx: -10, dy: 22 },
  { anchor: "start", dx: 10, dy: -44 },
  { anchor: "start", dx: 10, dy: 42 },
  { anchor: "end", dx: -10, dy: -44 },
  { anchor: "end", dx: -10, dy: 42 },
];

/**
 * Finds a place for each two-line label, the first that covers least. Placed for the narrowest drawing: a wider one only
 * moves the points apart.
 * @param labels position in pixels and the longer of the two lines
 */
export function placeLabels(
  labels: readonly { readonly x: number; readonly y: number; readonly text: string }[],
  taken: readonly Box[],
  frame: Box,
): Place[] {
  const boxes = [...taken];
  return labels.map((label) => {
    const tried = PLACES.map((place) => ({ place, box: boxOf(label, place) }));
    const costs = tried.map(({ box }) => boxes.reduce((sum, other) => sum + overlap(box, other), 0) + 4 * outside(box, frame));
    const best = tried[costs.indexOf(Math.min(...costs))]!;
    boxes.push(best.box);
    return best.place;
  });
}

function boxOf({ x, y, text }: { x: number; y: number; text: string }, { anchor, dx, dy }: Place): Box {
  const width = text.length * LETTER;
  const left = x + dx - (anchor === "start" ? 0 : anchor === "end" ? width : width / 2);
  return { left, right: left + width, top: y + dy - LINE + 3, bottom: y + dy + LINE + 3 };
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}

function outside(box: Box, frame: Box): number {
  return (
    (Math.max(0, frame.left - box.left) + Math.max(0, box.right - frame.right)) * (box.bottom - box.top) +
    (Math.max(0, frame.top - box.top) + Math.max(0, box.bottom - frame.bottom)) * (box.right - box.left)
  );
}
