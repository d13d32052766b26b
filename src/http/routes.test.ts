import { describe, expect, test } from "bun:test";
import { openaiChat } from "#dialects/openai-chat/dialect";
import { dialects } from "#dialects/registry";
import { cpuMs } from "../../test/harness/cpu-time";
import { createRouter } from "./routes";

const { match: matchRoute } = createRouter(dialects);

/** A match in one line: endpoint and path model, models and id, or the kind. */
function shown(method: string, path: string): string {
  const match = matchRoute(method, path);
  switch (match.kind) {
    case "inference":
      if (match.objectPath !== undefined)
        return [match.endpoint, match.objectPath.id, match.pathModel].filter(Boolean).join(" ");
      return [match.endpoint, match.dialect, match.operation, match.pathModel].filter(Boolean).join(" ");
    case "models":
      return ["models", match.dialect, match.id].filter(Boolean).join(" ");
    case "method-not-allowed":
      return `allow ${match.allow} ${match.dialect}`;
    case "not-found":
      return `not-found ${match.dialect}`;
    default:
      return match.kind;
  }
}

const chat = "chat.completions openai-chat completion";
const messages = "messages anthropic-messages completion";
const responses = "responses openai-responses completion";
const count = "messages.count_tokens anthropic-messages count-tokens";
const generate = "gemini.generate gemini completion";
const embeddings = "embeddings openai-chat embeddings";
const converse = "converse bedrock-converse completion";

const table: { readonly [request: string]: string } = {
  "POST /v1/chat/completions": chat,
  "POST /chat/completions": chat,
  "POST /openai/chat/completions": chat,
  "POST /openai/v1/chat/completions": chat,
  "POST /litellm/v1/chat/completions": chat,
  "POST /langchain/chat/completions": chat,
  "POST /v1/chat/completions/": chat,
  "POST //v1/chat/completions": chat,
  "POST /v1//chat/completions": chat,
  "POST /v1/v1/chat/completions": chat,
  "POST /openai/v1/v1/chat/completions": chat,
  "POST /v1beta/openai/chat/completions": chat,
  "POST /pydanticai/v1/chat/completions": chat,
  "POST /pydanticai/openai/chat/completions": chat,
  "POST /vercelai/chat/completions": chat,
  "POST /litellm/openai/deployments/m/chat/completions": `${chat} m`,
  "POST /api/v1/chat/completions": chat,
  "POST /api/v1/messages": messages,
  "GET /api/v1/models": "models openai-chat",
  "GET /api/v1/credits": "not-found openai-chat",
  "GET /api/virtual-keys": "control",
  "GET /api/v1": "control",
  "GET //api/settings": "not-found openai-chat",
  "POST /v1/openai/chat/completions": chat,
  "POST /compatibility/v1/chat/completions": chat,
  "POST /compatible-mode/v1/embeddings": embeddings,
  "POST /openai/openai/deployments/m/chat/completions": `${chat} m`,
  "GET /ping": "healthz",
  "HEAD /v1/health": "healthz",
  "POST /gemini/v1beta/models/x:generateContent": `${generate} x`,
  "DELETE /anthropic/v1/messages": "allow POST anthropic-messages",
  "PUT /anthropic/v1/models": "allow GET, HEAD anthropic-messages",
  "POST /engines/m/chat/completions": `${chat} m`,
  "POST /v1/engines/openai/gpt-4o/chat/completions": `${chat} openai/gpt-4o`,
  "POST /engines/m/completions": "completions openai-chat text-completion m",
  "POST /engines/m/embeddings": `${embeddings} m`,
  "POST /v1/completions": "completions openai-chat text-completion",
  "POST /litellm/embeddings": embeddings,
  "POST /v1/responses": responses,
  "POST /responses": responses,
  "POST /openai/v1/responses": responses,
  "POST /litellm/responses": responses,
  "POST /langchain/v1/responses": responses,
  "POST /v1/responses/input_tokens": "responses.input_tokens openai-responses count-tokens",
  "POST /v1/messages": messages,
  "POST /messages": messages,
  "POST /v1/v1/messages": messages,
  "POST /anthropic/v1/v1/messages": messages,
  "POST /langchain/v1/messages": messages,
  "POST /langchain/anthropic/v1/messages": messages,
  "POST /litellm/messages": messages,
  "POST /pydanticai/v1/messages/count_tokens": count,
  "POST /anthropic/v1/messages": messages,
  "POST /anthropic/messages": messages,
  "POST /v1/messages/count_tokens": count,
  "POST /v1/projects/p/locations/l/publishers/anthropic/models/count-tokens:rawPredict": count,
  "POST /anthropic/v1/messages/count_tokens": count,
  "POST /messages/count_tokens": count,
  "POST /openai/deployments/gpt-4o/chat/completions": `${chat} gpt-4o`,
  "POST /openai/deployments/openai%2Fgpt-4o/embeddings": `${embeddings} openai/gpt-4o`,
  "POST /openai/deployments/a/b/chat/completions": `${chat} a/b`,
  "POST /openai/deployments/m/completions": "completions openai-chat text-completion m",
  "POST /openai/deployments/%ff/chat/completions": "not-found openai-chat",
  "POST /openai/deployments/m/messages": "not-found anthropic-messages",
  "POST /model/anthropic.claude-v2:1/converse": `${converse} anthropic.claude-v2:1`,
  "POST /model/bed%2Fus.a.b-v1%3A0/converse-stream": `${converse} bed/us.a.b-v1:0`,
  "POST /bedrock/model/arn:aws:bedrock:us-east-1:1:inference-profile/a/converse": `${converse} arn:aws:bedrock:us-east-1:1:inference-profile/a`,
  "POST /model/m/count-tokens": "converse.count_tokens bedrock-converse count-tokens m",
  "POST /model/m/invoke": "invoke bedrock-invoke completion m",
  "POST /bedrock/model/a.b-v1:0/invoke-with-response-stream": "invoke bedrock-invoke completion a.b-v1:0",
  "POST /model/bed%2Famazon.titan-embed-text-v2%3A0/invoke":
    "invoke bedrock-invoke embeddings bed/amazon.titan-embed-text-v2:0",
  "POST /model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fus.cohere.embed-v4%3A0/invoke":
    "invoke bedrock-invoke embeddings arn:aws:bedrock:us-east-1:1:inference-profile/us.cohere.embed-v4:0",
  "POST /bedrock/model/us.cohere.embed-v4:0/invoke": "invoke bedrock-invoke embeddings us.cohere.embed-v4:0",
  "POST /model/amazon.titan-text-lite-v1/invoke": "invoke bedrock-invoke completion amazon.titan-text-lite-v1",
  "POST /model/m/other": "not-found bedrock-converse",
  "GET /v1/models": "models openai-chat",
  "GET /models": "models openai-chat",
  "GET /openai/v1/models": "models openai-chat",
  "GET /anthropic/v1/models": "models anthropic-messages",
  "GET /v1/models/gpt-4o": "models openai-chat gpt-4o",
  "GET /v1/models/openai/gpt-4o": "models openai-chat openai/gpt-4o",
  "GET /v1/models/openai%2Fgpt-4o": "models openai-chat openai/gpt-4o",
  "GET /anthropic/v1/models/claude": "models anthropic-messages claude",
  "GET /v1/chat/completions": "chat.completions.list",
  "GET /chat/completions/chatcmpl-1": "chat.completions.retrieve chatcmpl-1",
  "POST /v1/chat/completions/chatcmpl%2D1/": "chat.completions.update chatcmpl-1",
  "DELETE /openai/v1/chat/completions/chatcmpl-1": "chat.completions.delete chatcmpl-1",
  "GET /v1/chat/completions/chatcmpl-1/messages": "chat.completions.messages chatcmpl-1",
  "PUT /v1/chat/completions/chatcmpl-1": "allow GET, POST, DELETE openai-chat",
  "PUT /v1/chat/completions": "allow POST, GET openai-chat",
  "GET /v1/chat/completions/%": "not-found openai-chat",
  "POST /v1/chat/completions/completions": "not-found openai-chat",
  "OPTIONS /v1/messages": "allow POST anthropic-messages",
  "HEAD /v1/models": "models openai-chat",
  "DELETE /v1/models/openai%2Fft:x": "models.delete openai/ft:x",
  "PUT /v1/models/x": "allow GET, HEAD, DELETE openai-chat",
  "GET /": "control",
  "GET /ui": "control",
  "GET /ui/keys": "control",
  "POST /api/virtual-keys": "control",
  "GET /metrics": "control",
  "GET /healthz": "healthz",
  "POST /healthz": "allow GET, HEAD openai-chat",
  "DELETE /readyz": "allow GET, HEAD openai-chat",
  "POST /health/readiness": "allow GET, HEAD openai-chat",
  "GET /readyz": "readyz",
  "GET /livez": "healthz",
  "GET /health": "healthz",
  "GET /health/": "healthz",
  "GET /health/liveliness": "healthz",
  "GET /health/liveness": "healthz",
  "GET /health/readiness": "readyz",
  "GET /litellm/api/settings": "not-found openai-chat",
  "GET /langchain/v1/models/openai/gpt-4o": "models openai-chat openai/gpt-4o",
  "POST /v1/models/gemini-x:generateContent": `${generate} gemini-x`,
  "GET /v1beta/models/gemini-x:generateContent": "allow POST gemini",
  "POST /v1beta/models/openai/gpt-4o%3Afree:countTokens": "gemini.count_tokens gemini count-tokens openai/gpt-4o:free",
  "POST /v1/projects/p/locations/eu/publishers/google/models/gemini-x:generateContent": `${generate} gemini-x`,
  "POST /v1beta1/publishers/google/models/gemini-x:streamGenerateContent": `${generate} gemini-x`,
  "POST /genai/v1beta/models/gemini-x:generateContent": `${generate} gemini-x`,
  "POST /v1/projects/p/locations/eu/publishers/anthropic/models/claude-x@1:streamRawPredict": `${messages} claude-x@1`,
  "GET /v1beta/models/gemini-x": "models gemini gemini-x",
  "GET /v1beta/cachedContents": "not-found gemini",
  "POST /v1beta/models/gemini-x:streamGenerateContent": `${generate} gemini-x`,
  "GET /v1beta/models": "models gemini",
  "POST /langchain/genai/v1beta/models/x:embedContent": "gemini.embed gemini embedding x",
  "GET /v1/models/openai/gpt-oss:free": "models openai-chat openai/gpt-oss:free",
  "GET //": "not-found openai-chat",
  "GET /uix": "not-found openai-chat",
  "GET /apis": "not-found openai-chat",
  "POST /v1/messages/batches": "not-found anthropic-messages",
  "GET /anthropic/x": "not-found anthropic-messages",
  "POST /V1/chat/completions": "not-found openai-chat",
  "POST /v1/chat%2Fcompletions": "not-found openai-chat",
  "POST /__proto__": "not-found openai-chat",
};

describe("createRouter().match()", () => {
  for (const [request, expected] of Object.entries(table)) {
    test(`leads ${request} to ${expected}`, () => {
      const [method = "", path = ""] = request.split(" ");
      expect(shown(method, path)).toBe(expected);
    });
  }

  test("lets an anthropic-version header decide where the path leaves the dialect open", () => {
    const dialectOf = (path: string) => {
      const match = matchRoute("GET", path, new Headers({ "anthropic-version": "1" }));
      return "dialect" in match ? match.dialect : undefined;
    };
    for (const path of ["/v1/models", "/v1/models/m", "/v1/files"]) expect(dialectOf(path)).toBe("anthropic-messages");
    expect(dialectOf("/v1/chat/completions")).toBe("openai-chat");
  });

  test("reads model and stream off the path where a row says so", () => {
    const at = { endpoint: "e", operation: "completion", maxBodyBytes: 1 } as const;
    const patterns = (method: string) => [`/m/{model}:${method}`, `/p/{project}/l/{place}/m/{model}:${method}`];
    const rows = [
      { ...at, patterns: patterns("say"), streams: false },
      { ...at, patterns: patterns("slowlySay"), streams: true },
    ];
    const router = createRouter({ [openaiChat.name]: { ...openaiChat, endpoints: rows } });
    const seen = (path: string) => {
      const match = router.match("POST", path);
      return match.kind === "inference" ? [match.pathModel, match.pathStream] : match.kind;
    };
    expect(seen("/m/a:say")).toEqual(["a", false]);
    expect(seen("/m/a/b:0:slowlySay")).toEqual(["a/b:0", true]);
    expect(seen("/m/a%2Fb%3A0:say")).toEqual(["a/b:0", false]);
    expect(seen("/p/x/l/eu/m/a:b:say:say")).toEqual(["a:b:say", false]);
    expect(seen("/p/x/y/l/eu/m/a:say")).toBe("not-found");
    expect(seen("/m/:say")).toBe("not-found");
    expect(seen("/m/%E0%A4:say")).toBe("not-found");
  });

  test("knows what is asked for where it is not served", () => {
    const hintFor = (path: string) => {
      const match = matchRoute("POST", path);
      return match.kind === "not-found" ? match.unserved?.hint : match.kind;
    };
    expect(hintFor("/v1/chat/completions/chat/completions")).toContain("base URL");
    expect(hintFor("/v1/messages/v1/messages")).toContain("base URL");
    expect(hintFor("/key/generate")).toContain("/api");
    expect(hintFor("/v1/images/generations")).toContain("served are");
    expect(hintFor("/v2/chat")).toContain("Cohere");
    expect(hintFor("/nothing")).toBeUndefined();
  });

  test("answers hostile paths quickly", () => {
    const tookMs = cpuMs(() => {
      for (const part of ["/", "/a", "/models", "/openai/deployments/", "/chat/completions", "/litellm", "/v1", "%"]) {
        matchRoute("POST", `/openai/deployments/${part.repeat(20_000)}`);
        matchRoute("GET", part.repeat(20_000));
      }
    });
    expect(tookMs).toBeLessThan(500);
  });
});
