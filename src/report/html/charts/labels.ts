/** Something on a drawing that a label must not cover, in pixels. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** How much worse than a thin line it is to cover. */
  readonly weight: number;
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

/** A point with a name. */
export interface Named {
  /** Position in pixels. */
  readonly x: number;
  readonly y: number;
  /** Ends of its upright bar, in pixels from the top. */
  readonly top: number;
  readonly bottom: number;
  /** The longer of its two lines. */
  readonly text: string;
}

/**
 * Finds a place for each two-line label, the first that covers least. Placed for the narrowest drawing: a wider one only
 * moves the points apart.
 */
export function placeLabels(labels: readonly Named[], taken: readonly Box[], frame: Omit<Box, "weight">): Place[] {
  const boxes = [...taken];
  return labels.map((label) => {
    const tried = [...PLACES, ...endsOf(label)].map((place) => ({ place, box: boxOf(label, place) }));
    const costs = tried.map(
      ({ box }) => boxes.reduce((sum, other) => sum + other.weight * overlap(box, other), 0) + 4 * outside(box, frame),
    );
    const best = tried[costs.indexOf(Math.min(...costs))]!;
    boxes.push(best.box);
    return best.place;
  });
}

/** Clear of the bar: over its upper end, or under its lower one. */
function endsOf({ y, top, bottom }: Named): Place[] {
  return [
    { anchor: "middle", dx: 0, dy: top - y - 22 },
    { anchor: "middle", dx: 0, dy: bottom - y + 16 },
  ];
}

function boxOf({ x, y, text }: Named, { anchor, dx, dy }: Place): Box {
  const width = text.length * LETTER;
  const left = x + dx - (anchor === "start" ? 0 : anchor === "end" ? width : width / 2);
  return { left, right: left + width, top: y + dy - LINE + 3, bottom: y + dy + LINE + 3, weight: 6 };
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}

function outside(box: Box, frame: Omit<Box, "weight">): number {
  return (
    (Math.max(0, frame.left - box.left) + Math.max(0, box.right - frame.right)) * (box.bottom - box.top) +
    (Math.max(0, frame.top - box.top) + Math.max(0, box.bottom - frame.bottom)) * (box.right - box.left)
  );
}
