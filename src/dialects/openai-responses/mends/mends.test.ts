import { expect, test } from "bun:test";
import { mended } from "../../fixtures/mended";
import { responsesRules } from "./rules";

const seed = "01a22d8bc31db359c2ab87a8824723ec";
const user = { role: "user", content: "q" };
const reasoning = (fields: object) => ({ type: "reasoning", summary: [], ...fields });
const said = { type: "message", role: "assistant", content: [{ type: "output_text", text: "a" }] };

test("responsesRules take out reasoning of other dialects' providers", () => {
  const own = reasoning({ id: "rs_0c3876fcd4da19ef00692a14046bc8819eba6941c05c5ab7e7", encrypted_content: "gAAAAABo" });
  const stored = reasoning({ id: "rs_68636eda2eec81a09eae5a780d7953000caa926c51f9f663" });
  const labelled = reasoning({ id: `rs_${seed}_0`, encrypted_content: "headgate.anthropic-messages.open.sig" });
  const bare = reasoning({ id: `rs_${seed}_1` });
  const { body, lost } = mended(
    responsesRules,
    {},
    { input: [user, own, said, labelled, said, bare, said, stored, said] },
  );
  expect(body).toEqual({ input: [user, own, said, said, said, stored, said] });
  expect(lost).toEqual(["input[3]", "input[5]"]);
});

test("responsesRules leave a request alone that holds no such reasoning", () => {
  const body = { input: [user, said], reasoning: { effort: "low" } };
  expect(mended(responsesRules, {}, body)).toEqual({ body, lost: [], respelled: [], toolNames: undefined });
});
