import { z } from "zod";
import { type Json, JsonSchema } from "../../domain/json.ts";
import { compilePattern, foldText } from "../passages.ts";
import { quote, type Rule, scored } from "../rule.ts";
import { PhraseGroups } from "../synthesis.ts";

const Arguments = z.record(z.string(), JsonSchema);

/** What an argument must be. `mentions` is for free text: of every group, any alternative, as key points match. */
const Matcher = z.union([
  z.strictObject({ equals: JsonSchema }),
  z.strictObject({ oneOf: z.array(JsonSchema).min(1) }),
  z.strictObject({ set: z.array(JsonSchema) }),
  z.strictObject({ mentions: PhraseGroups }),
  z.strictObject({ any: z.literal(true) }),
  z.strictObject({ absent: z.literal(true) }),
]);
type Matcher = z.infer<typeof Matcher>;

const WantedCall = z.strictObject({ tool: z.string().min(1), arguments: z.record(z.string(), Matcher).default({}) });
type WantedCall = z.infer<typeof WantedCall>;

/** The moves that count as right: each a list of calls that must all be made, in any order, and no other. */
const Target = z.strictObject({
  accept: z.array(z.strictObject({ calls: z.array(WantedCall) })).min(1),
  why: z.string(),
});
type Target = z.infer<typeof Target>;

const NoOptions = z.strictObject({});

interface MadeCall {
  readonly name: string;
  readonly arguments: Json;
}

/** The tool calls of the answer are one of the accepted moves. Arguments that the target does not name are not looked at. */
export const toolCalls: Rule<Target, z.infer<typeof NoOptions>> = {
  certainty: "exact",
  target: Target,
  options: NoOptions,
  prepare:
    () =>
    ({ completion }, target) => {
      if (target.accept.some(({ calls }) => isMove(calls, completion.toolCalls)))
        return scored(1, "makes an accepted move");
      return scored(0, `${faultOf(target, completion.toolCalls)} Wanted because: ${target.why}`);
    },
};

function isMove(wanted: readonly WantedCall[], made: readonly MadeCall[]): boolean {
  if (wanted.length !== made.length) return false;
  return assign(wanted, made);
}

// Few calls a move, so trying every assignment is cheap; the first fit of a loose matcher may be another's only fit.
function assign(wanted: readonly WantedCall[], made: readonly MadeCall[]): boolean {
  const [first, ...rest] = wanted;
  if (first === undefined) return true;
  return made.some((call, at) => callFault(first, call) === undefined && assign(rest, made.toSpliced(at, 1)));
}

/** Why a call is not the wanted one, or undefined. */
function callFault(wanted: WantedCall, made: MadeCall): string | undefined {
  if (wanted.tool !== made.name) return `calls ${made.name} instead of ${wanted.tool}`;
  const given = Arguments.safeParse(made.arguments);
  if (!given.success) return `calls ${made.name} with arguments that are no object`;
  for (const [name, matcher] of Object.entries(wanted.arguments)) {
    const value = Object.hasOwn(given.data, name) ? given.data[name] : undefined;
    if (!fits(matcher, value))
      return `calls ${made.name} with ${name} ${value === undefined ? "left out" : quote(typeof value === "string" ? value : JSON.stringify(value))}`;
  }
  return undefined;
}

function fits(matcher: Matcher, value: Json | undefined): boolean {
  if ("absent" in matcher) return value === undefined;
  if (value === undefined) return false;
  if ("equals" in matcher) return same(matcher.equals, value);
  if ("oneOf" in matcher) return matcher.oneOf.some((allowed) => same(allowed, value));
  if ("set" in matcher) {
    return (
      Array.isArray(value) &&
      value.length === matcher.set.length &&
      matcher.set.every((member) => value.some((each) => same(member, each)))
    );
  }
  if ("mentions" in matcher) {
    return typeof value === "string" && compilePattern({ match: matcher.mentions }, 1).find([foldText(value)]) === 0;
  }
  return value !== "" && value !== null;
}

function same(left: Json, right: Json): boolean {
  if (typeof left !== "object" || left === null || typeof right !== "object" || right === null) return left === right;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const [ours, theirs] = [Object.entries(left), right as Record<string, Json>];
  return (
    ours.length === Object.keys(right).length &&
    ours.every(([key, value]) => Object.hasOwn(theirs, key) && same(value as Json, theirs[key] as Json))
  );
}

function faultOf(target: Target, made: readonly MadeCall[]): string {
  const [wanted] = target.accept;
  if (wanted === undefined) return "";
  if (made.length === 0) return "Calls no tool.";
  if (made.length !== wanted.calls.length) {
    return `Makes ${made.length} calls (${quote(made.map(({ name }) => name).join(", ")).slice(1, -1)}), wanted ${wanted.calls.length}.`;
  }
  const faults = wanted.calls.flatMap((call) => {
    const nearest = made.find(({ name }) => name === call.tool) ?? made[0];
    return nearest === undefined ? [] : (callFault(call, nearest) ?? []);
  });
  return faults.length === 0 ? "Makes no accepted move." : `${faults.join("; ")}.`.replace(/^c/, "C");
}
