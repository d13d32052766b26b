import { expect, test } from "bun:test";
import { mendEncoded } from "./mend-encoded";
import { scanBody } from "./request-body";

test.each([
  [{ stop_sequences: ["END"], metadata: { user_id: "u" }, thinking: {} }, ["stop_sequences", "metadata", "thinking"]],
  [{ stop: ["END"], user: "u", reasoning_effort: "low" }, ["stop", "user", "reasoning_effort"]],
  [{ safety_identifier: "u", reasoning: {} }, ["stop", "safety_identifier", "reasoning"]],
])("mendEncoded() names what an encoder left out by the fields of the client: %j", (body, names) => {
  const client = scanBody("json", Buffer.from(JSON.stringify(body)), () => null);
  const dropped = ["messages[2].content[0]", "stop", "user", "reasoning_effort", "stop"];
  const { lost } = mendEncoded({ body: { model: "m" }, headers: {}, dropped }, [], client);
  expect([...lost]).toEqual(["messages[2].content[0]", ...names]);
});
