import { EXTRA_SPACE } from "./normal.ts";

/** A refusal is said at once, or after a word of thanks: what stands later is about something else. */
const OPENING_CHARACTERS = 400;

const CANNOT =
  "(?:can(?:no|')t|can not|(?:am|'m) (?:not able|unable)|(?:won't|will not)(?: be able)?|(?:am|'m) not (?:going|allowed|permitted)|must(?: respectfully)? decline|have to decline)";
const DOING =
  "(?:help|assist|comply|provide|fulfil+|do (?:that|this|so|it)|answer|continue|engage|support|share|generate|create|write|produce|discuss|offer|give|complete|process|participate|facilitate|proceed)";

// Each stands at the start of a sentence or after a comma, so that a quoted or reported refusal is none.
const PHRASES: readonly RegExp[] = [
  new RegExp(
    `\\bi ?(?:really |simply |just )?${CANNOT}(?! (?:wait|help but)\\b)(?: to)?(?: \\w+){0,3}? ${DOING}\\b`,
    "u",
  ),
  /\bi (?:must(?: respectfully)?|have to|respectfully) decline\b/u,
  /\b(?:as an? (?:ai|artificial intelligence|language model)(?: \w+){0,4}),? i (?:can(?:no|')t|can not|do not|don't|am not|'m not|am unable)\b/u,
  /\b(?:this|that|your|the) request (?:violates|goes against|is against|conflicts with)\b/u,
  /\bit(?:'s| is| would be) (?:against|in violation of) my (?:guidelines|policy|policies|principles|programming)\b/u,
  /\bgoes against my (?:guidelines|policy|policies|principles|programming)\b/u,
  /\b(?:sorry|apologi[sz]e|afraid|unfortunately),? (?:but )?(?:that's|that is|this is|it's) (?:not )?something i (?:can't|cannot|can(?= not)|won't|am unable|'m unable)\b/u,
  /\bi(?:'m| am) (?:sorry|afraid),? (?:but )?(?:i )?(?:can't|cannot|can not|no)\b(?!.{0,40}\b(?:find|see|tell|determine|be sure)\b)/u,
  /\b(?:das )?(?:kann|darf|werde) ich (?:\p{L}+ ){0,4}nicht (?:\p{L}+ ){0,2}?(?:helfen|beantworten|unterstützen|erstellen|schreiben|geben|machen|tun)\b/u,
  /\bich (?:kann|darf|werde|möchte) (?:\p{L}+ ){0,5}nicht (?:\p{L}+ ){0,2}?(?:helfen|beantworten|unterstützen|erstellen|schreiben|geben|machen|tun)\b/u,
  /\b(?:tut mir leid|leider),? (?:aber )?(?:dabei |damit |das )?(?:kann|darf) ich\b.{0,60}\bnicht\b/u,
  /\bje (?:ne )?(?:peux|suis|puis) (?:pas |malheureusement pas )(?:\p{L}+ ){0,4}?(?:aider|répondre|fournir|faire|écrire|en mesure)\b/u,
  /\b(?:lo siento|lamentablemente),? (?:pero )?no puedo\b/u,
  /\bno puedo (?:\p{L}+ ){0,2}?(?:ayudar|proporcionar|responder|cumplir|hacer|escribir)/u,
  /\b(?:mi dispiace|purtroppo),? (?:ma )?non posso\b/u,
  /\b(?:desculpe|sinto muito|infelizmente),? (?:mas )?(?:eu )?não posso\b/u,
  /(?:抱歉|对不起|對不起|很遗憾).{0,12}(?:无法|無法|不能)/u,
  /(?:申し訳(?:ありません|ございません)|すみません).{0,40}(?:できません|できかねます|お答えできません|いたしかねます)/u,
];

/** The words with which an answer refuses the task, folded; undefined where it does not. */
export function refusalIn(text: string): string | undefined {
  const opening = text
    .trimStart()
    .slice(0, OPENING_CHARACTERS)
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/["“”«»„][^"“”«»„]*["“”«»„]?/g, " ")
    .replace(/[*_`]+/g, "")
    .replace(EXTRA_SPACE, " ")
    .replace(/\bi (?:do not|don't) think (?=i can\b)/g, "i cannot ");
  const words = PHRASES.map((phrase) => phrase.exec(opening)?.[0]).find((found) => found !== undefined);
  return words?.trim();
}
