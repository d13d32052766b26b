import { setImmediate } from "node:timers/promises";
import * as z from "zod";
import { capabilityPairs } from "#dialects/capabilities/matrix";
import { verdicts } from "#dialects/capabilities/probe";
import type { Dialect } from "#dialects/dialect";
import { dialects } from "#dialects/registry";
import { noInput } from "../input";
import { ok } from "../response";
import { type ApiRoute, route } from "../route";
import { list, words } from "../view-fields";

const verdict = z.enum(verdicts);

const view = z
  .strictObject({
    dialects: list(
      z.strictObject({
        name: z.string(),
        prefixes: words.meta({ description: "What a client's base URL may end in." }),
        endpoints: list(
          z.strictObject({
            endpoint: z.string().meta({ description: "Its name in policies and records." }),
            operation: z.string(),
            paths: words.meta({ description: "Behind each of the prefixes, and whole ones that name the model." }),
          }),
        ),
      }),
    ),
    capabilities: list(
      z.strictObject({
        client: z.string().meta({ description: "The dialect that the client speaks." }),
        provider: z.string().meta({ description: "The dialect that the provider speaks." }),
        about: z.enum(["request", "answer"]),
        feature: z.string(),
        says: z.string().meta({ description: "The feature in a few words." }),
        whole: verdict.meta({ description: "What becomes of it in a request, or in a whole answer." }),
        streamed: verdict.meta({ description: "The same in a streamed answer." }),
        some_targets: verdict.exactOptional().meta({
          description: "What becomes of it at targets whose traits say that they take it, where that differs.",
        }),
        fetched: verdict.exactOptional().meta({
          description: "What becomes of it where the setting `materialise` has it fetched, where that differs.",
        }),
      }),
    ),
  })
  .meta({ id: "DialectCapabilities", description: "The dialects, and what translation between two of them carries." });

export function dialectRoutes(): readonly ApiRoute[] {
  let capabilities: ReturnType<typeof showCapabilities> | undefined;
  return [
    route({
      method: "GET",
      path: "/api/dialects",
      summary: "Show the dialects, and what becomes of each feature between two of them",
      permission: "providers:view",
      input: noInput,
      response: ok(view),
      handle: async () => {
        capabilities ??= showCapabilities();
        return { dialects: Object.values(dialects).map(showDialect), capabilities: await capabilities };
      },
    }),
  ];
}

/** Found out by translating everything once, which takes about a second: once, when somebody asks, and others go between. */
async function showCapabilities() {
  const shown: z.output<typeof view>["capabilities"][number][] = [];
  for (const pair of capabilityPairs(dialects)) {
    for (const { someTargets, ...capability } of pair)
      shown.push({ ...capability, ...(someTargets !== undefined && { some_targets: someTargets }) });
    await setImmediate();
  }
  return shown;
}

function showDialect({ name, prefixes, endpoints }: Dialect) {
  const shown = endpoints.map(({ endpoint, operation, path, patterns = [] }) => {
    return { endpoint, operation, paths: path === undefined ? patterns : [path, ...patterns] };
  });
  return { name, prefixes, endpoints: shown };
}
