import { expect, test } from "bun:test";
import { scanTopLevel } from "#lib/json-scan";
import { spliceTopLevel } from "#lib/json-splice";
import { cappedOutput } from "./cap-output";

/** A body of Google's with an output limit of ours. */
function capped(body: object, most: number) {
  const scan = scanTopLevel(Buffer.from(JSON.stringify(body)));
  const changes = cappedOutput(scan, {}, "generationConfig.maxOutputTokens", most);
  return JSON.parse(Buffer.from(spliceTopLevel(scan, changes)).toString());
}

test("cappedOutput() writes the limit a level down, and lowers a larger one", () => {
  expect(capped({ a: 1 }, 50)).toEqual({ a: 1, generationConfig: { maxOutputTokens: 50 } });
  expect(capped({ generationConfig: { topK: 3, maxOutputTokens: 90 } }, 50)).toEqual({
    generationConfig: { topK: 3, maxOutputTokens: 50 },
  });
});

test("cappedOutput() uses the client's spelling of a name that there are two of", () => {
  expect(capped({ generation_config: { max_output_tokens: 90, top_k: 3 } }, 50)).toEqual({
    generation_config: { max_output_tokens: 50, top_k: 3 },
  });
  expect(capped({ generation_config: { top_k: 3 } }, 50)).toEqual({
    generation_config: { top_k: 3, maxOutputTokens: 50 },
  });
  expect(capped({ generationConfig: { max_output_tokens: 20 } }, 50)).toEqual({
    generationConfig: { max_output_tokens: 20 },
  });
});
