import { createCatalog } from "#catalog/catalog";
import type { DialectId } from "#core/completion";
import type { Provider, VirtualKey } from "#core/snapshot";
import type { Target } from "#core/target";
import { findDialect } from "#dialects/find-dialect";
import { dialects } from "#dialects/registry";
import { scratchPipeline, scratchSecret, snapshotLeadingTo } from "#fixtures/scratch-pipeline";
import { createAuthorizer } from "#governance/authorize";
import { type scratchGovernance, target } from "#governance/fixtures/scratch-governance";
import { createWrongKeys } from "#governance/wrong-keys";
import { createBufferBudget } from "#http/buffer-budget";
import { createDataPlane } from "#http/data-plane";
import { createModelsEndpoint } from "#http/models";
import { createManualTime } from "#lib/fixtures/manual-time";
import type { PipelineServices } from "#pipeline";
import { errorResponse } from "#relay/error-response";
import { headersOf, madeRequest, textOf } from "#server/fixtures/made-request";
import { compilePaths } from "#snapshot/compile-dialects";
import type { UpstreamClient } from "#upstream/upstream";
import { toy } from "./toy-dialect";

/** The registry with one line more. */
const known = { ...dialects, toy };

type Served = {
  readonly governance: ReturnType<typeof scratchGovernance>;
  readonly upstream: UpstreamClient;
  /** What the one provider speaks. */
  readonly spoken: DialectId;
  readonly provider?: Partial<Provider>;
  readonly key?: VirtualKey;
  readonly services?: Partial<PipelineServices>;
};

/** The product's data plane with the toy dialect beside its own, in front of one provider. Gives a client of it. */
export function serveToy({ governance, upstream, spoken, provider, key = governance.key(), services }: Served) {
  const dialect = { name: spoken, paths: compilePaths(findDialect(known, spoken), "http://p", {}) };
  const made = target("p", "m x");
  const leadTo: Target = { ...made, dialect, provider: { ...made.provider, baseUrl: "http://p", ...provider } };
  const snapshot = () => snapshotLeadingTo([leadTo], key);
  const { ledger, journal } = governance;
  const ids = { id: "i", requestId: "r" };
  const handle = createDataPlane({
    dialects: known,
    infer: scratchPipeline({ ledger, journal, snapshot, upstream, dialects: known, ...services }),
    models: createModelsEndpoint({
      dialects: known,
      snapshot,
      catalog: createCatalog(),
      authorizer: createAuthorizer(),
      newId: () => "i",
      nowMs: () => 0,
      wrongKeys: createWrongKeys(),
    }),
    refuse: (error, name) => errorResponse(error, findDialect(known, name), ids),
    control: async () => ({ status: 200, headers: "", body: "" }),
    notReady: () => [],
    warnings: () => [],
    budget: createBufferBudget(() => 1e6),
    maxBodyBytes: () => 1e6,
    cors: () => undefined,
    ticker: createManualTime().ticker,
  });
  return async (path: string, body?: object, headers: { readonly [name: string]: string } = {}) => {
    const answer = await handle(
      madeRequest(path, {
        method: body === undefined ? "GET" : "POST",
        headers: { authorization: `Bearer ${scratchSecret}`, ...headers },
        ...(body !== undefined && { body: body instanceof Uint8Array ? body : JSON.stringify(body) }),
      }),
    );
    const { "x-headgate-estimated": estimated = null, "content-type": type = null } = headersOf(answer);
    return { status: answer.status, type, estimated, text: await textOf(answer) };
  };
}
