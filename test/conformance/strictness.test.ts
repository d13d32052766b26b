import { expect, test } from "bun:test";
import { hasLargeSet } from "#dialects/fixtures/recordings";
import { isArray, isObject, type Json, type JsonObject, parseJson } from "#lib/json";
import { isFailing } from "./failing.ts";
import { brokenRecordings } from "./known-losses.ts";
import type { Dialect } from "./pairs.ts";
import { sayingOfWhole } from "./read-saying.ts";
import { readRecordings } from "./recordings.ts";
import { differences } from "./saying.ts";

// The comparison that all counts rest on: a change to anything that a recorded answer tells its client is seen by it.

/** Where each dialect says what must not change. A list's element is written with its `type`, where it has one. */
const telling: { readonly [dialect in Dialect]: readonly RegExp[] } = {
  "openai-chat": [
    /^choices\[\]\.message\.content$/,
    /^choices\[\]\.message\.(?:refusal|reasoning|reasoning_content)$/,
    /^choices\[\]\.message\.tool_calls\[function\]\.(?:id|function\.name|function\.arguments)$/,
    /^usage\.(?:prompt_tokens|completion_tokens)$/,
    /^usage\.prompt_tokens_details\.cached_tokens$/,
    /^usage\.completion_tokens_details\.reasoning_tokens$/,
  ],
  "anthropic-messages": [
    /^content\[text\]\.text$/,
    /^content\[text\]\.citations\[\w+\]\.(?:url|source)$/,
    /^content\[thinking\]\.(?:thinking|signature)$/,
    /^content\[tool_use\]\.(?:id|name)$/,
    /^content\[tool_use\]\.input\./,
    /^usage\.(?:input_tokens|output_tokens|cache_read_input_tokens|cache_creation_input_tokens)$/,
  ],
  "openai-responses": [
    /^output\[message\]\.content\[output_text\]\.text$/,
    /^output\[message\]\.content\[output_text\]\.annotations\[url_citation\]\.url$/,
    /^output\[reasoning\]\.(?:encrypted_content|summary\[summary_text\]\.text)$/,
    /^output\[function_call\]\.(?:call_id|name|arguments)$/,
    /^output\[image_generation_call\]\.result$/,
    /^usage\.(?:input_tokens|output_tokens|input_tokens_details\.cached_tokens|output_tokens_details\.reasoning_tokens)$/,
  ],
  gemini: [
    /^candidates\[\]\.content\.parts\[\]\.text$/,
    /^candidates\[\]\.content\.parts\[\]\.thoughtSignature$/,
    /^candidates\[\]\.content\.parts\[\]\.functionCall\.(?:id|name|args\..*)$/,
    /^usageMetadata\.(?:promptTokenCount|candidatesTokenCount|cachedContentTokenCount)$/,
  ],
  "bedrock-converse": [
    /^output\.message\.content\[\w*\]\.text$/,
    /^output\.message\.content\[\]\.reasoningContent\.reasoningText\.(?:text|signature)$/,
    /^output\.message\.content\[\w*\]\.toolUse\.(?:toolUseId|name|input\..*)$/,
    /^usage\.(?:inputTokens|outputTokens|cacheReadInputTokens|cacheWriteInputTokens)$/,
  ],
  "bedrock-invoke": [
    /^content\[text\]\.text$/,
    /^content\[tool_use\]\.(?:id|name|input\..*)$/,
    /^usage\.(?:input_tokens|output_tokens)$/,
  ],
};

const broken = new Set(brokenRecordings.map(({ recording }) => recording));
const answers = readRecordings().answers.filter(
  (one) => one.form === "whole" && one.status < 300 && !broken.has(one.id) && !isFailing(one),
);

for (const [dialect, places] of Object.entries(telling)) {
  test(`differences() sees every change to what an answer of ${dialect} tells`, () => {
    const found = new Set<RegExp>();
    const unseen: string[] = [];
    for (const recording of answers.filter((one) => one.dialect === dialect)) {
      const answer = parseJson(recording.body.toString());
      if (!isObject(answer)) continue;
      const expected = sayingOfWhole(recording.dialect, answer);
      const isSeen = (root: JsonObject) =>
        differences(expected, sayingOfWhole(recording.dialect, root), expected.finish.word).length > 0;
      for (const [path, all] of Map.groupBy(changesOf(answer), ({ path }) => path)) {
        const place = places.find((each) => each.test(path));
        // What counts nothing counts as not counted.
        if (place === undefined || (path.startsWith("usage") && expected.usage === null)) continue;
        found.add(place);
        if (!all.every(({ roots }) => roots.some(isSeen))) unseen.push(`${recording.id}: ${path}`);
      }
    }
    expect(unseen).toEqual([]);
    // The small set has none of some.
    if (hasLargeSet) expect(places.filter((place) => !found.has(place)).map(String)).toEqual([]);
  });
}

test("differences() sees a finish reason that is another", () => {
  for (const { body, dialect } of answers) {
    const answer = parseJson(body.toString());
    if (!isObject(answer)) continue;
    const said = sayingOfWhole(dialect, answer);
    expect(differences(said, said, `${said.finish.word}x`)).toContain("finish reason");
  }
});

/** The answers that it would be with one of its texts or numbers changed. */
type Change = { readonly path: string; readonly roots: readonly JsonObject[] };

function changesOf(answer: JsonObject): readonly Change[] {
  return Object.entries(answer).flatMap(([name, value]) =>
    changes(value ?? null, name).map(({ changed, path }) => ({
      path,
      roots: changed.map((each) => ({ ...answer, [name]: each })),
    })),
  );
}

type Changed = { readonly path: string; readonly changed: readonly Json[] };

/** Of a number there are two: a smaller part of a total, and a larger, may say the same. */
function changes(value: Json, path: string): readonly Changed[] {
  if (typeof value === "number") return [{ path, changed: [value + 1000, value - 1] }];
  if (typeof value === "string") return value === "" ? [] : [{ path, changed: [another(value)] }];
  if (isArray(value))
    return value.flatMap((each, at) => {
      const type = isObject(each) && typeof each.type === "string" ? each.type : "";
      return changes(each, `${path}[${type}]`).map((one) => ({
        path: one.path,
        changed: one.changed.map((other) => value.with(at, other)),
      }));
    });
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, each]) =>
    changes(each ?? null, `${path}.${name}`).map((one) => ({
      path: one.path,
      changed: one.changed.map((other) => ({ ...value, [name]: other })),
    })),
  );
}

/** With one letter changed in its middle. */
function another(text: string): string {
  const at = Math.floor(text.length / 2);
  return text.slice(0, at) + (text[at] === "a" ? "b" : "a") + text.slice(at + 1);
}
