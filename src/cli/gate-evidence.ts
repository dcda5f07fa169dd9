import { gradeOf } from "../compare/decide.ts";
import { askedSince } from "../compare/evidence.ts";
import { familyOfRuns, type Member } from "../compare/family.ts";
import type { Ledger } from "../compare/ledger-entries.ts";
import type { EvidenceState } from "../compare/refusal.ts";
import type { Catalog } from "../domain/model.ts";
import type { Policy } from "../domain/policy.ts";
import type { Suite } from "../domain/suite.ts";
import { type Checked, checkEvidence, unattested, wronglyServed } from "./evidence-check.ts";
import type { Base } from "./git.ts";
import { filesOfSuite } from "./suite-files.ts";
import { seededRandom } from "./world.ts";

const DAY_MS = 86_400_000;

/** A route that evidence is asked for. */
export interface AskedRoute {
  readonly route: string;
  readonly suite: string;
  /** The last model that was let through on evidence. */
  readonly incumbent: string;
  /** Whether that one can serve no more. */
  readonly isGone: boolean;
  /** What it is judged by, whatever its run was planned with. */
  readonly policy: Policy;
  /** Calls a day; undefined keeps the run's. */
  readonly volume?: number | null;
}

/** The evidence of every suite that is asked for, all of it one family. By suite. */
export function drawEvidence(given: {
  readonly root: string;
  readonly reports: string;
  readonly suites: ReadonlyMap<string, Suite>;
  readonly asked: readonly AskedRoute[];
  readonly catalog: Catalog;
  readonly evidenceKey: string | undefined;
  /** Undefined where it cannot be trusted. */
  readonly ledger: Ledger | undefined;
  readonly now: number;
  /** Whether anybody will see intervals. */
  readonly described: boolean;
}): ReadonlyMap<string, EvidenceState> {
  const { suites, asked, ledger } = given;
  const checked = new Map<string, Checked>();
  for (const name of new Set(asked.map(({ suite }) => suite))) {
    const suite = suites.get(name);
    if (suite !== undefined) checked.set(name, checkEvidence(suite, given));
  }
  const byRoute = new Map(asked.map((each) => [each.route, each]));
  const turned = new Set(asked.filter(({ isGone }) => isGone).map(({ route }) => route));
  const sound = [...checked.values()].flatMap((each) => (each.state === "sound" ? [each] : []));
  const members = familyOfRuns(
    sound.map(({ run }) => {
      const routes = run.manifest.routes.map((route) => {
        const own = byRoute.get(route.route);
        const { policy = route.policy, volume = route.volume } = own ?? {};
        // Nobody could tell the run to compare with a model that is gone.
        const incumbent = own?.isGone === true ? own.incumbent : route.incumbent;
        return { ...route, policy, volume, incumbent };
      });
      const random = seededRandom(run.manifest.seed);
      return {
        run: { ...run, manifest: { ...run.manifest, routes } },
        random,
        ledger,
        turned,
        described: given.described,
      };
    }),
  );
  return new Map([...checked].map(([name, each]) => [name, stateOf(each, members, given)]));
}

function stateOf(
  checked: Checked,
  members: readonly Member[],
  given: { readonly evidenceKey: string | undefined; readonly ledger: Ledger | undefined; readonly now: number },
): EvidenceState {
  if (checked.state === "refused") return { ...checked, settle: true };
  if (given.ledger === undefined) {
    return { state: "refused", reason: "The ledger of looks cannot be trusted.", settle: false };
  }
  const { evidence } = checked;
  const { manifest } = evidence;
  const { grade, reason } = gradeOf({ manifest: checked.run.manifest });
  const asked = askedSince(evidence);
  return {
    state: "present",
    run: manifest.runId,
    source: manifest.source,
    ageDays: (given.now - asked) / DAY_MS,
    reusedFrom: asked < Date.parse(manifest.startedAt) ? new Date(asked).toISOString().slice(0, 10) : undefined,
    models: evidence.models,
    served: wronglyServed(evidence),
    grade,
    gradeReason: reason,
    unattested: unattested(evidence, given.evidenceKey),
    slices: new Map(manifest.routes.map(({ route, slice }) => [route, slice])),
    members: members.filter(({ suite }) => suite === manifest.suite.id),
  };
}

/**
 * A suite states margins and rules, too: one that changed together with the route would judge it by what it brings along.
 * By suite, the sentence that says so.
 */
export function movedSuites(
  root: string,
  base: Base | undefined,
  suites: readonly Suite[],
): ReadonlyMap<string, string> {
  if (base === undefined || suites.length === 0) return new Map();
  const changed = new Set(base.changedFiles());
  return new Map(
    suites.flatMap((suite) => {
      const file = filesOfSuite(root, suite).find((name) => changed.has(name));
      if (file === undefined) return [];
      const what = `${file} has changed since ${base.ref} as well.`;
      return [[suite.id, `${what} Land that on its own, so that it is seen and agreed to.`] as const];
    }),
  );
}
