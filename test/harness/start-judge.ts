import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isObject, type JsonObject, parseJson } from "#lib/json";
import bedrockBodies from "../judges/bedrock-converse.json";
import { bedrockJudge } from "../judges/bedrock-judge.ts";
import { spawnChild } from "./child.ts";
import { freePort } from "./free-port.ts";
import { waitUntil } from "./wait-until.ts";

export type Judge = {
  /** What is wrong with a request by the provider's own API description; empty when nothing is. */
  problems(path: string, body: string, headers: { readonly [name: string]: string }): Promise<readonly string[]>;
  stop(): Promise<void>;
};

type Description = {
  /** The slice that is kept in `test/judges`, where one is. */
  readonly kept?: string;
  /** The provider's whole description in the reference material. */
  readonly whole: string;
  /** Our path as the description has it. */
  readonly target: (path: string) => string;
  /** What the description wants in headers and the request says elsewhere. */
  readonly headers?: { readonly [name: string]: string };
  /** The body as the description has it. */
  readonly body?: (body: JsonObject, path: string) => JsonObject;
};

const withoutVersion = (path: string) => path.replace(/^\/v1/, "");

/** What judges a dialect's requests. OpenAI's and Google's descriptions have no version in their paths, Anthropic's has. */
const descriptions = {
  "openai-chat": {
    kept: "openai-chat.json",
    whole: "openai/openai-node.openapi.transformed.yml",
    target: withoutVersion,
  },
  "openai-responses": {
    kept: "openai-responses.json",
    whole: "openai/openai-node.openapi.transformed.yml",
    target: withoutVersion,
  },
  "anthropic-messages": { kept: "anthropic-messages.yaml", whole: "anthropic/openapi.yaml", target: (path) => path },
  gemini: { whole: "gemini/openapi.steady-patched.json", target: withoutVersion },
  // The body is Anthropic's, but for what the path says.
  "bedrock-invoke": {
    kept: "anthropic-messages.yaml",
    whole: "anthropic/openapi.yaml",
    target: () => "/v1/messages",
    headers: { "anthropic-version": "2023-06-01" },
    body: ({ anthropic_beta: _beta, anthropic_version: _version, ...body }, path) => ({
      ...body,
      model: /model\/([^/]+)/.exec(path)?.[1] ?? "",
    }),
  },
} as const satisfies { readonly [dialect: string]: Description };

/** A file of the reference material, which may lie beside the project; undefined where it does not. */
export function referenceFile(path: string): string | undefined {
  const file = fileURLToPath(new URL(`../../../shared/reference/${path}`, import.meta.url));
  return existsSync(file) ? file : undefined;
}

/**
 * Starts a mock server that checks requests against an API description: the provider's whole one where it lies beside
 * the project, else the slice in `test/judges`. Undefined where there is neither, or the mock server's package is not for
 * this platform.
 */
export async function startJudge(dialect: keyof typeof descriptions | "bedrock-converse"): Promise<Judge | undefined> {
  // The mock server reads no botocore, and takes a union with two members.
  if (dialect === "bedrock-converse") {
    const judge = bedrockJudge(bedrockBodies);
    return { problems: async (path, body) => judge(path, body), stop: async () => undefined };
  }
  const description: Description = descriptions[dialect];
  const steady = fileURLToPath(
    new URL(`../../node_modules/@stdy/cli-${process.platform}-${process.arch}/bin/steady`, import.meta.url),
  );
  const spec = specFile(description);
  if (!existsSync(steady) || spec === undefined) return undefined;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawnChild([steady, "-p", String(port), "--no-color", "--log=false", spec], { name: "steady" });
  await waitUntil(
    "the judge to listen",
    async () => (await fetch(`${url}/_x-steady/health`).catch(() => undefined))?.ok,
    20_000,
    100,
  );
  return {
    async problems(path, body, headers) {
      const target = description.target(path);
      // The credentials and versions count; what belongs to the connection is fetch's own business.
      const kept = Object.entries(headers).filter(
        ([name]) => !["host", "content-length", "connection", "accept-encoding"].includes(name),
      );
      const sent = {
        ...description.headers,
        ...Object.fromEntries(kept),
        "content-type": "application/json",
        accept: "*/*",
        "x-steady-stream-count": "1",
        "x-steady-stream-interval-ms": "1",
      };
      const response = await fetch(url + target, {
        method: "POST",
        headers: sent,
        body: bodyOf(description, body, path),
      });
      await response.arrayBuffer();
      if (response.headers.get("x-steady-request-valid") === "true") return [];
      const count = Number(response.headers.get("x-steady-error-count") ?? 0);
      const listed = Array.from({ length: count }, (_, index) => problemAt(response.headers, index + 1));
      return listed.length > 0 ? listed : [`${response.status} for ${target}`];
    },
    stop: () => child.stop("SIGTERM", 2000),
  };
}

function specFile({ kept, whole }: Description): string | undefined {
  const own = kept === undefined ? undefined : fileURLToPath(new URL(`../judges/${kept}`, import.meta.url));
  return referenceFile(`specs/${whole}`) ?? own;
}

function bodyOf(description: Description, body: string, path: string): string {
  const json = description.body === undefined ? undefined : parseJson(body);
  return isObject(json) && description.body ? JSON.stringify(description.body(json, path)) : body;
}

function problemAt(headers: Headers, index: number): string {
  const [path, message] = ["path", "message"].map((name) => headers.get(`x-steady-error-${index}-${name}`));
  return `${path}: ${message}`;
}
