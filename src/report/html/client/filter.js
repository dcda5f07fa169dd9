/**
 * @typedef {import("./data.d.ts").CaseData} CaseData
 * @typedef {{ show: string, tag: string, text: string, sort: string, pair: number }} Wanted
 */

/**
 * The cases that are wanted, in the order that is wanted.
 * @param {CaseData[]} cases
 * @param {Wanted} wanted
 */
export function chooseCases(cases, wanted) {
  const text = wanted.text.trim().toLowerCase();
  return cases
    .filter((item) => isShown(item, wanted) && (wanted.tag === "" || item.tags.includes(wanted.tag)))
    .filter((item) => text === "" || haystackOf(item).includes(text))
    .toSorted(orderOf(wanted));
}

/**
 * @param {CaseData} item
 * @param {Wanted} wanted
 */
function isShown(item, { show, pair }) {
  const gap = item.gaps[pair]?.value ?? null;
  if (show === "worse") return gap !== null && gap < 0;
  if (show === "better") return gap !== null && gap > 0;
  if (show === "failed") return isFailed(item);
  return true;
}

/**
 * Whether an answer to the case failed, or a part of it could not be scored.
 * @param {CaseData} item
 */
export function isFailed(item) {
  return item.answers.some(
    ({ failure, scores }) => failure !== null || scores.some(({ value }) => value === "unscored"),
  );
}

/**
 * @param {Wanted} wanted
 * @returns {(a: CaseData, b: CaseData) => number}
 */
function orderOf({ sort, pair }) {
  // A case without a difference says nothing about the pair: last, whichever way the list runs.
  const gap = (/** @type {CaseData} */ item, /** @type {number} */ way) => {
    const value = item.gaps[pair]?.value ?? null;
    return value === null ? Number.POSITIVE_INFINITY : way * value;
  };
  const by = (/** @type {CaseData} */ a, /** @type {CaseData} */ b) =>
    a.id.localeCompare(b.id, "en", { numeric: true });
  if (sort === "gain") return (a, b) => compare(gap(a, -1), gap(b, -1)) || by(a, b);
  if (sort === "dispute") return (a, b) => b.dispute - a.dispute || by(a, b);
  if (sort === "id") return by;
  return (a, b) => compare(gap(a, 1), gap(b, 1)) || by(a, b);
}

/**
 * Infinity minus infinity is not a number; this is.
 * @param {number} a
 * @param {number} b
 */
function compare(a, b) {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** @param {CaseData} item */
function haystackOf(item) {
  item.haystack ??= [
    item.id,
    item.input,
    ...item.reference,
    ...item.answers.flatMap((answer) => [answer.text, answer.failure ?? "", ...answer.scores.map(({ why }) => why)]),
  ]
    .join("\n")
    .toLowerCase();
  return item.haystack;
}
