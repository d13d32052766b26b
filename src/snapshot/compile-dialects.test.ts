import { describe, expect, test } from "bun:test";
import { anthropicMessages } from "#dialects/anthropic-messages/dialect";
import type { Dialect } from "#dialects/dialect";
import { openaiChat } from "#dialects/openai-chat/dialect";
import { azureOpenai } from "#providers/azure-openai/provider";
import { voyage } from "#providers/voyage/provider";
import { compileDialects, compilePaths } from "./compile-dialects";

const base = "http://127.0.0.1:1";

function placesOf(dialect: Dialect, entry: { path?: string; paths?: { [operation: string]: string } }) {
  const paths = compilePaths(dialect, base, entry);
  return Object.fromEntries(Object.entries(paths).map(([name, { whole }]) => [name, whole]));
}

describe("compilePaths()", () => {
  test("puts every operation beside a configured path, query and closing slash kept", () => {
    const rows: readonly (readonly [path: string, places: { readonly [operation: string]: string }])[] = [
      [
        "/openai/deployments/d/chat/completions?api-version=2024-10-21",
        {
          "text-completion": "/openai/deployments/d/completions?api-version=2024-10-21",
          embeddings: "/openai/deployments/d/embeddings?api-version=2024-10-21",
        },
      ],
      ["/v1/chat/completions/", { "text-completion": "/v1/completions/", embeddings: "/v1/embeddings/" }],
      ["/v1/chat/completions", { "text-completion": "/v1/completions", embeddings: "/v1/embeddings" }],
    ];
    for (const [path, others] of rows)
      expect(placesOf(openaiChat, { path })).toMatchObject({ completion: path, ...others });
    expect(placesOf(anthropicMessages, { path: "/v1/messages?beta=true" })).toEqual({
      completion: "/v1/messages?beta=true",
      "count-tokens": "/v1/messages/count_tokens?beta=true",
    });
  });

  test("leaves out an operation that has no place beside the path, unless it is given one", () => {
    const path = "/serve/llm/chat";
    const places = placesOf(openaiChat, { path });
    expect(places).toMatchObject({ completion: path, "stored-completion": `${path}/{id}` });
    for (const absent of ["embeddings", "text-completion", "tuned-model"]) expect(places).not.toHaveProperty(absent);
    const paths = { embeddings: "/serve/embedder" };
    expect(placesOf(openaiChat, { path, paths })).toMatchObject({ completion: path, ...paths });
    expect(placesOf(anthropicMessages, { path: "/serve/claude" })).toEqual({
      completion: "/serve/claude",
      "count-tokens": "/serve/claude/count_tokens",
    });
  });

  test("finds the path of a streamed answer where that is another", () => {
    const paths = { whole: "/models/{model}:generate", stream: "/models/{model}:streamGenerate?alt=sse" };
    const { completion } = openaiChat.operations;
    const dialect: Dialect = { ...openaiChat, operations: { completion: { ...completion, paths } } };
    expect(compilePaths(dialect, base, {})).toEqual({ completion: paths });
    expect(compilePaths(dialect, base, { path: "/v9/models/{model}:generate?key=x" })).toEqual({
      completion: {
        whole: "/v9/models/{model}:generate?key=x",
        stream: "/v9/models/{model}:streamGenerate?key=x&alt=sse",
      },
    });
  });
});

describe("compileDialects()", () => {
  test("asks Azure for a deployment where the base URL says so, and else by its newer API", () => {
    const host = "https://r.openai.azure.com/openai";
    const [deployments] = compileDialects({}, azureOpenai, `${host}/deployments`);
    expect(deployments?.paths.completion?.whole).toBe("/{model}/chat/completions?api-version=2024-10-21");
    expect(deployments?.paths.embeddings?.whole).toBe("/{model}/embeddings?api-version=2024-10-21");
    const newer = compileDialects({}, azureOpenai, `${host}/v1`);
    expect(newer.map(({ paths }) => paths.completion?.whole)).toEqual(["/chat/completions", "/responses"]);
  });

  test("leaves out what a provider does not have", () => {
    const [dialect] = compileDialects({}, voyage, voyage.baseUrl);
    expect(dialect?.paths).toEqual({ embeddings: { whole: "/embeddings", stream: "/embeddings" } });
  });
});
