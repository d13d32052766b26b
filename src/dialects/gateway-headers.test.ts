import { describe, expect, test } from "bun:test";
import { withGatewayHeaders } from "./gateway-headers";

const asked = (headers: { readonly [name: string]: string }) => {
  const { fromHeaders: _, ...ask } = withGatewayHeaders(Object.entries(headers), undefined) ?? {};
  return ask;
};

const nothing = { fallbacks: [], dropped: [] };

describe("withGatewayHeaders()", () => {
  const cases: readonly (readonly [headers: { readonly [name: string]: string }, ask: object])[] = [
    [
      { "x-litellm-tags": "a, b", "x-litellm-end-user-id": "u" },
      { tags: ["a", "b"], endUser: "u" },
    ],
    [{ "x-litellm-spend-logs-metadata": '{"team":"x","n":1,"deep":{}}' }, { tags: ["team:x", "n:1"] }],
    [
      { "x-litellm-timeout": "2.5", "x-litellm-stream-timeout": "1" },
      { timeoutMs: 2500, firstTokenMs: 1000 },
    ],
    [
      { "x-litellm-num-retries": "0", "x-litellm-session-id": "s" },
      { retries: 0, sessionId: "s" },
    ],
    [{ "x-litellm-enable-message-redaction": "true" }, { noLog: true }],
    [
      { "x-bf-session-id": "s", "x-bf-dim-team": "payments" },
      { sessionId: "s", tags: ["team:payments"] },
    ],
    [{ "x-portkey-metadata": '{"_user":"u","env":"prod"}' }, { endUser: "u", tags: ["env:prod"] }],
    [
      { "x-portkey-request-timeout": "1500", "x-portkey-retry-count": "3" },
      { timeoutMs: 1500, retries: 3 },
    ],
    [
      { "x-portkey-trace-id": "t", "x-portkey-debug": "false" },
      { traceId: "t", noLog: true },
    ],
    [
      { "helicone-user-id": "u", "helicone-session-id": "s" },
      { endUser: "u", sessionId: "s" },
    ],
    [
      { "helicone-property-app": "mobile", "helicone-retry-num": "2" },
      { tags: ["app:mobile"], retries: 2 },
    ],
    [
      { "cf-aig-max-attempts": "1", "cf-aig-metadata": '{"k":true}' },
      { retries: 0, tags: ["k:true"] },
    ],
    [
      { "x-openwebui-user-id": "u", "x-openwebui-chat-id": "c" },
      { endUser: "u", sessionId: "c" },
    ],
  ];
  test.each(cases)("understands %j", (headers, ask) => expect(asked(headers)).toEqual({ ...nothing, ...ask }));

  const meaningless: readonly { readonly [name: string]: string }[] = [
    { "x-litellm-timeout": "soon", "x-litellm-num-retries": "-1", "x-litellm-tags": " " },
    { "x-portkey-provider": "openai", "x-portkey-virtual-key": "v", "x-portkey-metadata": "no json" },
    { "x-bf-eh-authorization": "Bearer x", "x-bf-dim-": "x", "x-bf-disable-content-logging": "false" },
    { "helicone-auth": "Bearer x", "helicone-cache-enabled": "true" },
  ];
  test.each(meaningless)("leaves %j aside", (headers) => {
    expect({ ...nothing, ...asked(headers) }).toEqual(nothing);
  });

  test("goes before the body, to which it adds tags", () => {
    const body = {
      ...nothing,
      fallbacks: [{ model: "m", path: "fallbacks[0]" }],
      retries: 1,
      tags: ["b"],
      dropped: ["x"],
    };
    const both = withGatewayHeaders(
      [
        ["x-litellm-num-retries", "4"],
        ["x-litellm-tags", "a"],
      ],
      body,
    );
    expect(both).toMatchObject({ ...body, retries: 4, tags: ["a", "b"] });
  });
});
