import { describe, expect, test } from "bun:test";
import { JsonNode } from "#lib/json-node";
import { joinContent } from "./join-content";

const part = (text: string) => ({ type: "text", text });

function join(...contents: unknown[]) {
  const [message, ...others] = contents.map((content) =>
    JsonNode.ofText(Buffer.from(JSON.stringify({ role: "user", ...(content !== undefined && { content }) }))),
  );
  if (message === undefined) throw new Error("no message");
  joinContent(message, others);
  return message.get("content")?.json();
}

describe("joinContent()", () => {
  for (const [name, contents, expected] of [
    ["texts to one", ["a", "b", "c"], "a\n\nb\n\nc"],
    [
      "texts and parts to parts, the texts at the beginning as one",
      ["a", "b", [part("c")], "d"],
      [part("a\n\nb"), part("c"), part("d")],
    ],
    ["what is said to nothing", [null, "", "a"], "a"],
    ["nothing to what is said", ["a", null, undefined, ""], "a"],
    ["nothing to nothing", [undefined, null], undefined],
  ] as const) {
    test(`puts ${name}`, () => expect(join(...contents)).toEqual(expected));
  }
});
