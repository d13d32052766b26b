import type { Dialect, Recording } from "./recordings.ts";
import type { SentRequest } from "./requests.ts";

/** Answers of one provider file in one dialect and form. */
export type AnswerGroup = {
  readonly file: string;
  readonly dialect: Dialect;
  readonly form: Recording["form"];
  readonly recordings: readonly Recording[];
};

/** Recorded requests of one dialect, sent to one provider under one model name; "" stands for the recorded one. */
export type RequestGroup = { readonly client: Dialect; readonly provider: Dialect; readonly model: string };

/** What the tests found, for the page that prints it. */
export type Results = {
  /** Recordings of a group that passed, by `groupName`. */
  readonly same: Map<string, number>;
  /** What was said arrived: text, reasoning, tool calls, finish reason and usage. */
  readonly told: Map<string, number>;
  /** Nothing at all was lost. */
  readonly lossless: Map<string, number>;
  readonly requests: { readonly group: RequestGroup; readonly sent: readonly SentRequest[] }[];
};

export function groupsOf(recordings: readonly Recording[]): readonly AnswerGroup[] {
  const groups = Map.groupBy(recordings, ({ file, dialect, form }) => `${file}/${dialect}/${form}`);
  const named = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return named.flatMap(([, members]) => {
    const [first] = members;
    return first ? [{ file: first.file, dialect: first.dialect, form: first.form, recordings: members }] : [];
  });
}

export function groupName({ file, dialect, form }: AnswerGroup): string {
  return `${form === "whole" ? "whole answers" : "streams"} of ${file} in ${dialect}`;
}
