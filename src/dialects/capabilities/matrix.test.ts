import { expect, test } from "bun:test";
import { dialects } from "../registry";
import { capabilityPairs } from "./matrix";

const matrix = [...capabilityPairs(dialects)].flat();

/**
 * What may be missing from a request without a word, and why: anything else that a provider is not told has to be named.
 */
const unnamed: { readonly [feature: string]: string } = {
  "image-detail": "a hint about cost; the image is there",
  "failed-call": "the text of the result says that it failed",
  "no-tool": "where no tool is offered none can be called",
  "no-reasoning": "where nothing is known of the target, it does not reason unless it is told to",
};

test("capabilityPairs() knows every pair of two dialects that translate, and every feature of each", () => {
  const translated = Object.values(dialects).filter(
    ({ operations }) => operations.completion?.translation !== undefined,
  );
  const pairs = new Set(matrix.map(({ client, provider }) => `${client} ${provider}`));
  expect(pairs.size).toBe(translated.length * (translated.length - 1));
  expect(matrix.length % pairs.size).toBe(0);
});

test("what a request loses is named, or refused", () => {
  const silent = matrix.filter(
    ({ about, whole, feature }) => about === "request" && whole === "left-out" && !(feature in unnamed),
  );
  expect(silent).toEqual([]);
});

test("text, calls, their order and their ids arrive between any two dialects, in requests and in answers", () => {
  const needed = [
    "system",
    "calls",
    "parallel-calls",
    "tools",
    "image",
    "text",
    "answer-calls",
    "text-and-call",
    "finish-length",
  ];
  const unkept = matrix.filter(({ feature, whole }) => needed.includes(feature) && whole !== "kept");
  expect(unkept).toEqual([]);
});

test("the state of a provider's reasoning comes back to it through clients of every dialect", () => {
  const state = ["answer-state", "answer-redacted", "reasoning-state", "redacted-reasoning"];
  const lost = matrix.filter(
    ({ feature, whole, someTargets = whole }) =>
      state.includes(feature) && someTargets !== "kept" && whole !== "unsayable",
  );
  expect(lost).toEqual([]);
});

test("a streamed answer holds what the whole one does", () => {
  // A whole message of Chat Completions has one text, in front of its calls; chunks come as they come.
  const isOrder = ({ client, feature }: (typeof matrix)[number]) =>
    client === "openai-chat" && feature === "call-and-text";
  expect(matrix.filter((row) => row.whole !== row.streamed && !isOrder(row))).toEqual([]);
});
