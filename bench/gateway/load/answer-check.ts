import type { Expected } from "./job.ts";

export type AnswerCheck = {
  /** Returns how many words have come with this piece. */
  readonly piece: (piece: Buffer) => number;
  /** What is wrong with the answer now that it has ended; undefined when it is right. */
  readonly complaint: (status: number) => string | undefined;
};

/** Reads an answer as far as it takes to know that it is the right one, to its end. */
export function createAnswerCheck(expected: Expected): AnswerCheck {
  return expected.kind === "whole" ? wholeCheck(expected.contains) : streamCheck(expected);
}

function wholeCheck(contains: readonly string[]): AnswerCheck {
  let text = "";
  return {
    piece: (piece) => {
      text += piece.toString("latin1");
      return 0;
    },
    complaint: (status) => {
      const missing = status === 200 ? contains.find((part) => !text.includes(part)) : "status 200";
      return missing === undefined ? undefined : `status ${status} without ${missing}: ${text.slice(0, 300)}`;
    },
  };
}

function streamCheck({ word, words, end }: Extract<Expected, { kind: "stream" }>): AnswerCheck {
  let seen = 0;
  /** The end of what has come, for a word may stand in two pieces. */
  let tail = "";
  return {
    piece: (piece) => {
      const text = tail + piece.toString("latin1");
      let [found, from] = [0, 0];
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, from)) {
        found += 1;
        from = at + word.length;
      }
      seen += found;
      // No whole word may stay in it, and the text that ends a stream must fit.
      tail = text.slice(Math.max(from, text.length - Math.max(word.length - 1, end.length + 4)));
      return found;
    },
    complaint: (status) => {
      if (status === 200 && seen === words && tail.includes(end)) return undefined;
      return `status ${status}, ${seen} of ${words} words, the end is ${JSON.stringify(tail)}`;
    },
  };
}
