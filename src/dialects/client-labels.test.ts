import { describe, expect, test } from "bun:test";
import { anthropicLabels, openAiLabels } from "./client-labels";

const session = "0f8f3f1e-94b5-4c1b-9a57-0d5b2c3e4f5a";

describe("openAiLabels()", () => {
  test("reads user and metadata.session_id", () => {
    expect(openAiLabels("ann", { session_id: "s1" })).toEqual({ sessionId: "s1", endUser: "ann" });
    expect(openAiLabels(undefined, undefined)).toBeUndefined();
  });

  test("passes over what is no text, and cuts what is long", () => {
    expect(openAiLabels(7, "x")).toEqual({});
    expect(openAiLabels("", { session_id: [] })).toEqual({});
    expect(openAiLabels("a".repeat(5000), undefined)?.endUser).toHaveLength(200);
  });
});

describe("anthropicLabels()", () => {
  test("reads metadata.user_id and metadata.session_id", () => {
    expect(anthropicLabels({ user_id: "ann", session_id: "s1" })).toEqual({ sessionId: "s1", endUser: "ann" });
    expect(anthropicLabels({ user_id: 4 })).toEqual({});
    expect(anthropicLabels(undefined)).toBeUndefined();
  });

  test("takes Claude Code's session out of user_id", () => {
    expect(anthropicLabels({ user_id: `user_1a_account_2b_session_${session}` })).toEqual({
      sessionId: session,
      endUser: "user_1a_account_2b",
    });
    const parts = { device_id: "d", account_uuid: "", session_id: session };
    expect(anthropicLabels({ user_id: JSON.stringify(parts) })).toEqual({ sessionId: session, endUser: "d" });
    expect(anthropicLabels({ user_id: "{broken" })).toEqual({ endUser: "{broken" });
  });
});
