import type { ReportInput } from "../../domain/detail.ts";
import type { Confusion } from "../../domain/judge-report.ts";
import type { PlannedCandidate } from "../../domain/run.ts";
import { usd } from "../numbers.ts";
import { criterionText, peopleRows, sameText, shownConfusion, trustSentence, votedText } from "../people-text.ts";
import { fact, leftOutFacts, originFacts, policyText, questionFacts } from "./basis-facts.ts";
import type { Cast } from "./marks.ts";
import { methodNotes } from "./method.ts";
import { servedBy } from "./served.ts";

/** Part 5: everything that the answer rests on. */
export function basisView(input: ReportInput, cast: Cast) {
  const { manifest } = input.run;
  return {
    candidates: cast.ids.flatMap((id) =>
      manifest.candidates
        .filter((candidate) => candidate.id === id)
        .map((candidate) => candidateView(candidate, input)),
    ),
    scorers: manifest.scorers.map(({ name, rule, weight, required, certainty }) => ({
      name,
      rule,
      weight: String(weight),
      required: required ? "yes" : "no",
      certainty,
    })),
    judge: judgeText(input),
    groups: [
      { title: "The question asked", facts: questionFacts(input) },
      { title: "What was left out", facts: leftOutFacts(input) },
      {
        title: "What a switch must prove",
        facts: input.decision.routes.map(({ route, policy }) => fact(route, policyText(policy))),
      },
      { title: "What it was made with", facts: originFacts(input) },
      ...peopleGroups(input),
    ],
    commands: [
      { about: "The same report from the saved run, at no cost:", command: `npm run report ${manifest.suite.id}` },
      { about: "The run itself, as it was called:", command: manifest.command },
    ],
    method: methodNotes(input.decision),
  };
}

function candidateView({ id, model, params, variant }: PlannedCandidate, { facts }: ReportInput) {
  const { price } = model;
  const priced = typeof price === "string" ? null : price;
  return {
    id: variant === "default" ? id : `${id}, prompt ${variant}`,
    asked: model.model,
    provider: `${model.provider}, family ${model.family}`,
    served: servedBy(
      facts.models.find(({ candidate }) => candidate === id),
      model.model,
    ),
    params:
      Object.entries(params)
        .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
        .join(", ") || "the provider's own",
    price: priced === null ? String(price) : `${usd(priced.input)} in, ${usd(priced.output)} out`,
    priceOf: priced === null ? "" : `${priced.checkedAt}, ${priced.source}`,
  };
}

/** What `judge-report` prints, for each comparison that people were asked about. */
function peopleGroups({ people }: ReportInput) {
  return people.map(({ route, incumbent, candidate, report }) => {
    const { shown, left } = shownConfusion(report.confusion);
    return {
      title: `What people say of the scores: ${route}, ${candidate} beside ${incumbent}`,
      facts: [
        fact("in a word", trustSentence(report.trust)),
        fact("votes", votedText(report)),
        ...peopleRows(report).map(([name, text]) => fact(name, text)),
        ...shown.map((table) => fact(`same verdict, ${table.of}`, `${sameText(table)}; ${confusionText(table)}`)),
        ...(left === "" ? [] : [fact("tags", left)]),
        ...report.criteria.map((criterion) => fact(`criterion ${criterion.id}`, criterionText(criterion))),
      ],
    };
  });
}

function confusionText({ counts }: Confusion): string {
  const words = ["lost", "tied", "won"];
  return words
    .map(
      (scores, at) =>
        `${scores} by the scores: ${words.map((said, by) => `${counts[at]?.[by] ?? 0} ${said}`).join(", ")} by people`,
    )
    .join("; ");
}

function judgeText({ run: { manifest } }: ReportInput): string {
  const { judge } = manifest;
  if (judge === null) return "No judge: every score is a rule's.";
  const members = judge.panel?.map(({ model, family }) => `${model} (${family})`).join(", ");
  if (members !== undefined) {
    return `Judges: a panel of ${members}, blind to the model's name. None has a vote on an answer of its own family, nor in a comparison with one.`;
  }
  const related = judge.related ? "It is of the family of a compared model." : "No compared model is of its family.";
  return `Judge: ${judge.model}, family ${judge.family}, blind to the model's name. ${related}`;
}
