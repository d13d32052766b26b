import type { Dialect } from "./pairs.ts";
import type { Recording } from "./recordings.ts";
import type { SentRequest } from "./requests.ts";
import { essentials } from "./saying.ts";

/** Answers of one provider file in one dialect and form. */
export type AnswerGroup = {
  readonly file: string;
  readonly dialect: Dialect;
  readonly form: Recording["form"];
  readonly recordings: readonly Recording[];
};

/** Recorded requests of one dialect, sent to one provider under one model name; "" stands for the recorded one. */
export type RequestGroup = { readonly client: Dialect; readonly provider: Dialect; readonly model: string };

/** What a client of another dialect was not told of a recording. */
export type Told = { readonly recording: Recording; readonly client: Dialect; readonly lost: readonly string[] };

/** What the tests found, for the page that prints it. */
export type Results = {
  /** Recordings that passed byte for byte. */
  readonly same: Set<string>;
  readonly told: Told[];
  /** Errors and failing streams that a client was told of as it should. */
  readonly errors: Told[];
  readonly requests: { readonly group: RequestGroup; readonly sent: readonly SentRequest[] }[];
  /** Other operations, by their name: how many were played and how many passed. */
  readonly operations: Map<string, { readonly played: number; readonly passed: number }>;
};

export function groupsOf(recordings: readonly Recording[]): readonly AnswerGroup[] {
  const groups = Map.groupBy(recordings, ({ file, dialect, form }) => `${dialect}/${file}/${form}`);
  const named = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return named.flatMap(([, members]) => {
    const [first] = members;
    return first ? [{ file: first.file, dialect: first.dialect, form: first.form, recordings: members }] : [];
  });
}

export function groupName({ file, dialect, form }: AnswerGroup): string {
  return `${form === "whole" ? "whole answers" : "streams"} of ${file} in ${dialect}`;
}

/** Whether what was said arrived, whatever else did not. */
export function isTold({ lost }: Told): boolean {
  return !lost.some((what) => essentials.has(what) || what.startsWith("refused"));
}

/** The fields that requests lost; which message or part one stands in does not matter. */
export function lostFields(sent: readonly SentRequest[]): ReadonlySet<string> {
  return new Set(sent.flatMap(({ dropped }) => dropped.map((field) => field.replaceAll(/\[\d+\]/g, "[]"))));
}
