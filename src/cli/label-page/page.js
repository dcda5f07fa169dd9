// The page of `signalbox label`. Whatever models wrote reaches it as text nodes alone: nothing here parses markup.

/** @typedef {{ id: string, ask: string }} Criterion */
/**
 * @typedef {object} Item
 * @property {string} id
 * @property {string} question
 * @property {{ title: string, text: string }[]} context
 * @property {string[]} reference
 * @property {string[]} answers
 * @property {Criterion[]} criteria
 */
/** @typedef {{ progress: { mine: number, left: number, labelled: number }, canUndo: boolean, item: Item | null }} View */

const VOTES = [
  { key: "ArrowLeft", label: "←", name: "Left is better", vote: "left" },
  { key: "ArrowRight", label: "→", name: "Right is better", vote: "right" },
  { key: "t", label: "t", name: "A tie", vote: "tie" },
  { key: "b", label: "b", name: "Both are bad", vote: "both-bad" },
  { key: "s", label: "s", name: "Skip", vote: "skip" },
];

/** @type {Item | null} */
let item = null;
/** One word at a time: what is shown after it is another item. */
let busy = false;

/** @param {string} id */
function part(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(id);
  return found;
}

/**
 * @param {string} name
 * @param {(Node | string)[]} children
 */
function element(name, ...children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

const reason = /** @type {HTMLInputElement} */ (part("reason"));
const undo = /** @type {HTMLButtonElement} */ (part("undo"));

/** @param {View} view */
function show(view) {
  item = view.item;
  const { mine, left, labelled } = view.progress;
  part("progress").textContent = `${mine} by you, ${labelled} in all, ${left} left`;
  undo.disabled = !view.canUndo;
  part("item").hidden = item === null;
  part("done").hidden = item !== null;
  reason.value = "";
  if (item === null) return;
  const single = item.criteria.length > 0;
  part("title").textContent = single ? "Does the answer meet the criteria?" : "Which answer is better?";
  part("question").textContent = item.question;
  fill(
    "context",
    item.context.flatMap(({ title, text }) => [element("h2", title), element("pre", text)]),
  );
  fill(
    "reference",
    item.reference.map((text) => element("li", text)),
  );
  const names = single ? ["Answer"] : ["Left", "Right"];
  part("answers").replaceChildren(
    ...item.answers.map((text, at) => element("section", element("h2", names[at] ?? ""), element("pre", text))),
  );
  showCriteria(item.criteria);
  part("votes").replaceChildren(...(single ? singleButtons() : VOTES.map(voteButton)));
  scrollTo(0, 0);
}

/**
 * @param {string} id
 * @param {Node[]} children
 */
function fill(id, children) {
  const details = part(id);
  details.hidden = children.length === 0;
  details.lastElementChild?.replaceChildren(...children);
}

/** @param {Criterion[]} criteria */
function showCriteria(criteria) {
  const set = part("criteria");
  set.hidden = criteria.length === 0;
  for (const old of set.querySelectorAll("label")) old.remove();
  for (const [at, { id, ask }] of criteria.entries()) {
    const box = document.createElement("input");
    box.type = "checkbox";
    box.name = id;
    set.append(element("label", box, ` ${at + 1}. ${ask}`));
  }
}

/** @param {(typeof VOTES)[number]} vote */
function voteButton({ label, name, vote }) {
  return button(label, name, () => say({ vote }));
}

function singleButtons() {
  return [button("Enter", "Save", () => say({ met: ticked() })), button("s", "Skip", () => say({ met: null }))];
}

/**
 * @param {string} key
 * @param {string} name
 * @param {() => void} press
 */
function button(key, name, press) {
  const made = element("button", element("kbd", key), ` ${name}`);
  made.setAttribute("type", "button");
  made.addEventListener("click", press);
  return made;
}

function boxes() {
  return [.../** @type {NodeListOf<HTMLInputElement>} */ (part("criteria").querySelectorAll("input"))];
}

function ticked() {
  return Object.fromEntries(boxes().map((box) => [box.name, box.checked]));
}

/** @param {object} words */
function say(words) {
  if (item === null) return;
  const why = reason.value.trim() === "" ? {} : { reason: reason.value };
  void send("say", { item: item.id, ...why, ...words });
}

/**
 * @param {string} path
 * @param {object} body
 */
async function send(path, body) {
  if (busy) return;
  busy = true;
  try {
    const headers = { "content-type": "application/json" };
    const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    if (response.status !== 200 && response.status !== 409) throw new Error(String(response.status));
    part("message").textContent = response.status === 409 ? "The page was out of date; nothing was saved." : "";
    show(await response.json());
  } catch {
    part("message").textContent = "Not saved: the command does not answer. Is it still running?";
  } finally {
    busy = false;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target === reason) {
    if (event.key === "Escape") reason.blur();
    return;
  }
  if (event.key === "u") return void send("undo", {});
  if (item === null) return;
  const single = item.criteria.length > 0;
  if (single && event.key === "Enter" && !(event.target instanceof HTMLButtonElement)) return say({ met: ticked() });
  if (single && event.key === "s") return say({ met: null });
  const box = single ? boxes()[Number(event.key) - 1] : undefined;
  if (box !== undefined) box.checked = !box.checked;
  const vote = single ? undefined : VOTES.find(({ key }) => key === event.key)?.vote;
  if (event.key === "r") {
    event.preventDefault();
    reason.focus();
  }
  if (vote === undefined) return;
  event.preventDefault();
  say({ vote });
});

undo.addEventListener("click", () => void send("undo", {}));
fetch("next")
  .then((response) => response.json())
  .then(show)
  .catch(() => {
    part("progress").textContent = "The command does not answer. Is it still running?";
  });
