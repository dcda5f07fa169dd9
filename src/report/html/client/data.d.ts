/** What `cases.ts` hands to the script. */
export interface Model {
  name: string;
  mark: number;
  /** The provider's own name of it. */
  asked: string;
}

export interface ScoreData {
  name: string;
  value: string;
  why: string;
  judge: string | null;
  criteria: { id: string; met: boolean; evidence: string }[];
  said: string | null;
}

export interface AnswerData {
  model: number;
  repeat: number;
  text: string;
  failure: string | null;
  quality: string;
  cost: string;
  latency: string;
  /** Null where nothing was served. */
  served: string | null;
  scores: ScoreData[];
}

export interface CaseData {
  id: string;
  tags: string[];
  input: string;
  context: { title: string; text: string }[];
  reference: string[];
  quality: (number | null)[];
  gaps: { value: number | null; text: string }[];
  dispute: number;
  answers: AnswerData[];
  /** Lower-case text for the search, made on first use. */
  haystack?: string;
}

export interface PageData {
  models: Model[];
  pairs: [number, number][];
  cases: CaseData[];
}

export interface State {
  data: PageData;
  /** Index of the pair that orders the list. */
  pair: number;
  /** Models whose answers are shown. */
  shown: Set<number>;
  /** The cases listed, in order. */
  rows: CaseData[];
  /** The open case. */
  open: CaseData | undefined;
}
