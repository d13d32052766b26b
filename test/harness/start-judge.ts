import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { spawnChild } from "./child.ts";
import { freePort } from "./free-port.ts";
import { waitUntil } from "./wait-until.ts";

export type Judge = {
  /** What is wrong with a request by the provider's own API description; empty when nothing is. */
  problems(path: string, body: string, headers: { readonly [name: string]: string }): Promise<readonly string[]>;
  stop(): Promise<void>;
};

/** What judges a dialect's requests: the slice that is kept here, and the provider's whole description. */
const descriptions = {
  "openai-chat": { kept: "openai-chat.json", whole: "openai/openai-node.openapi.transformed.yml" },
  "anthropic-messages": { kept: "anthropic-messages.yaml", whole: "anthropic/openapi.yaml" },
} as const;

/** A file of the reference material, which may lie beside the project; undefined where it does not. */
export function referenceFile(path: string): string | undefined {
  const file = fileURLToPath(new URL(`../../../shared/reference/${path}`, import.meta.url));
  return existsSync(file) ? file : undefined;
}

/**
 * Starts a mock server that checks requests against an API description: the provider's whole one where it lies beside
 * the project, else the slice in `test/judges`. Undefined where the mock server's package is not for this platform.
 */
export async function startJudge(dialect: keyof typeof descriptions): Promise<Judge | undefined> {
  const { kept, whole } = descriptions[dialect];
  const spec = referenceFile(`specs/${whole}`) ?? fileURLToPath(new URL(`../judges/${kept}`, import.meta.url));
  const steady = fileURLToPath(
    new URL(`../../node_modules/@stdy/cli-${process.platform}-${process.arch}/bin/steady`, import.meta.url),
  );
  if (!existsSync(steady)) return undefined;
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
      // OpenAI's description has no /v1 in its paths, Anthropic's has.
      const target = dialect === "openai-chat" ? path.replace(/^\/v1/, "") : path;
      // The credentials and versions count; what belongs to the connection is fetch's own business.
      const kept = Object.entries(headers).filter(
        ([name]) => !["host", "content-length", "connection", "accept-encoding"].includes(name),
      );
      const sent = {
        ...Object.fromEntries(kept),
        "content-type": "application/json",
        "x-steady-stream-count": "1",
        "x-steady-stream-interval-ms": "1",
      };
      const response = await fetch(url + target, { method: "POST", headers: sent, body });
      await response.arrayBuffer();
      if (response.headers.get("x-steady-request-valid") === "true") return [];
      const count = Number(response.headers.get("x-steady-error-count") ?? 0);
      const listed = Array.from({ length: count }, (_, index) => problemAt(response.headers, index + 1));
      return listed.length > 0 ? listed : [`${response.status} for ${target}`];
    },
    stop: () => child.stop("SIGTERM", 2000),
  };
}

function problemAt(headers: Headers, index: number): string {
  const [path, message] = ["path", "message"].map((name) => headers.get(`x-steady-error-${index}-${name}`));
  return `${path}: ${message}`;
}
