import type { CaseFact, Manifest, TrialNumbers } from "../../domain/run.ts";
import type { ColumnShape } from "./case-columns.ts";

/** What the page's script is handed: made by `cases.ts`, read by the modules beside this one. */
export interface Model {
  readonly name: string;
  readonly mark: number;
  /** The provider's own name of it. */
  readonly asked: string;
}

export interface PageData {
  readonly models: readonly Model[];
  /** Reference and candidate that are compared at first, as indices of models. */
  readonly pair: readonly [number, number];
  readonly cases: number;
}

/** What stands at the head of the packed index: its columns are a block of their own, and its names some more. */
export interface IndexHead {
  readonly shape: ColumnShape;
  /** The first case of each block. */
  readonly firsts: readonly number[];
  /** Blocks of ids and first lines. */
  readonly names: number;
  readonly tagNames: readonly string[];
}

export interface ScoreData {
  readonly name: string;
  /** Null where it could not be scored. */
  readonly value: number | null;
  readonly why: string;
  readonly judge: string | null;
  readonly criteria: readonly { readonly id: string; readonly met: boolean; readonly evidence: string }[];
  readonly said: string | null;
  /** Of a panel: each member's vote, null where it abstains. */
  readonly votes: readonly { readonly who: string; readonly value: number | null; readonly reason: string }[];
  /** What else a judge did, in words: repeated readings, orders, choices. */
  readonly notes: readonly string[];
}

export interface AnswerData {
  readonly model: number;
  readonly repeat: number;
  readonly text: string;
  readonly failure: string | null;
  readonly quality: number | null;
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  /** Null where nobody said who answered. */
  readonly served: string | null;
  readonly scores: readonly ScoreData[];
}

export interface CaseData {
  readonly id: string;
  readonly tags: readonly string[];
  readonly input: string;
  readonly context: readonly { readonly title: string; readonly text: string }[];
  readonly reference: readonly string[];
  readonly tests: {
    readonly language: string;
    readonly list: readonly { readonly name: string; readonly source: string }[];
  } | null;
  /** People's votes between two answers, by index of model: 1 for the candidate, -1 for the incumbent, 0 for neither. */
  readonly people: readonly {
    readonly candidate: number;
    readonly incumbent: number;
    readonly votes: readonly number[];
  }[];
  readonly answers: readonly AnswerData[];
}

/** The run as the page decides it again: without texts, and of the manifest without what a decision does not read. */
export interface WhatIfData {
  readonly manifest: Manifest;
  readonly cases: readonly CaseFact[];
  readonly trials: readonly TrialNumbers[];
}
