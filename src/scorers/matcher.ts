import { RegExpParser, visitRegExpAST } from "@eslint-community/regexpp";
import { within } from "./within.ts";

/** A regular expression that no text can make run for ever. */
export interface Matcher {
  /** @throws TookTooLong when the expression is one that backtracks, and does so for more than a second */
  test(text: string): boolean;
}

const DEADLINE_MS = 1_000;
/** Steps that an expression may take without a deadline: some milliseconds. */
const FREE_STEPS = 2_000_000;

/**
 * Compiles an expression of JavaScript's own dialect, whole. One that cannot take many steps on a text runs as it is;
 * any other runs under a deadline, which costs more than most expressions do.
 * @throws SyntaxError
 */
export function compileMatcher(pattern: string, flags: string, deadlineMs = DEADLINE_MS): Matcher {
  const regex = new RegExp(pattern, flags);
  const { factor, power } = stepsOf(pattern, flags);
  const run = (text: string) => {
    // With the flags g and y an expression goes on where it last stopped.
    regex.lastIndex = 0;
    return regex.test(text);
  };
  const isFree = (text: string) => factor * (text.length + 1) ** power <= FREE_STEPS;
  return { test: (text) => (isFree(text) ? run(text) : within(deadlineMs, () => run(text))) };
}

/** A repetition of more times counts as one that is as long as the text. */
const FEW_TIMES = 10;

/**
 * An upper bound on the steps over a text of n characters, as `factor * n ** power`: each place where the match may
 * start, each open repetition and each choice multiplies them. Infinite where a repetition holds another or a choice,
 * or text is referred back to: such an expression may take exponential time.
 */
export function stepsOf(pattern: string, flags: string): { readonly factor: number; readonly power: number } {
  const endless = { factor: 1, power: Number.POSITIVE_INFINITY };
  let factor = 1;
  let power = 1;
  let repeating = 0;
  const multiply = (choices: number) => {
    if (repeating > 0 && choices > 1) power = Number.POSITIVE_INFINITY;
    factor *= choices;
  };
  const enterGroup = ({ alternatives }: { readonly alternatives: readonly unknown[] }) => multiply(alternatives.length);
  const mode = { unicode: flags.includes("u"), unicodeSets: flags.includes("v") };
  try {
    visitRegExpAST(new RegExpParser().parsePattern(pattern, 0, pattern.length, mode), {
      onPatternEnter: enterGroup,
      onGroupEnter: enterGroup,
      onCapturingGroupEnter: enterGroup,
      onAssertionEnter(assertion) {
        if ("alternatives" in assertion) enterGroup(assertion);
      },
      onBackreferenceEnter() {
        power = Number.POSITIVE_INFINITY;
      },
      onQuantifierEnter({ min, max }) {
        if (max > FEW_TIMES) {
          multiply(2);
          power += 1;
        } else multiply(max - min + 1);
        if (max > 1) repeating += 1;
      },
      onQuantifierLeave({ max }) {
        if (max > 1) repeating -= 1;
      },
    });
  } catch {
    // Newer than the parser: unknown, so the deadline watches it.
    return endless;
  }
  return Number.isFinite(power) ? { factor, power } : endless;
}
