import { expect, test } from "bun:test";
import { type Capability, providersOf, rowsOf, type State } from "./capability-rows";

const all: State = { client: "a", provider: undefined, about: "all", show: "all", q: "" };
const row = (
  says: string,
  provider: string,
  whole: Capability["whole"],
  more: Partial<Capability> = {},
): Capability => ({
  ...{ client: "a", provider, about: "request", feature: says, says, whole, streamed: whole },
  ...more,
});
const capabilities = [
  row("seed", "b", "kept"),
  row("seed", "c", "dropped"),
  row("top k", "b", "unsayable"),
  row("top k", "c", "unsayable"),
  row("Text", "b", "kept", { about: "answer", streamed: "left-out" }),
  row("seed", "a", "refused", { client: "b" }),
];
const found = (state: Partial<State>) => rowsOf(capabilities, { ...all, ...state }).map(({ says }) => says);

test("rowsOf() puts what becomes of a feature at all providers in one row, without what nobody can say", () => {
  expect(found({})).toEqual(["seed", "Text"]);
  expect([...(rowsOf(capabilities, all)[0]?.at.keys() ?? [])]).toEqual(["b", "c"]);
});

test("rowsOf() narrows by provider, place, text and by what is lost, in streams too", () => {
  expect(found({ provider: "c" })).toEqual(["seed"]);
  expect(found({ provider: "b", show: "lost" })).toEqual(["Text"]);
  expect(found({ show: "lost" })).toEqual(["seed", "Text"]);
  expect(found({ about: "answer" })).toEqual(["Text"]);
  expect(found({ q: " tex" })).toEqual(["Text"]);
  expect(found({ client: "b", show: "kept" })).toEqual([]);
});

test("providersOf() names each once", () => {
  expect(providersOf(capabilities, "a")).toEqual(["b", "c"]);
});
