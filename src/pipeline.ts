import { toGatewayError } from "#core/errors";
import type { InferenceRequest, InferenceResponse } from "#core/inference";
import type { Snapshot, VirtualKey } from "#core/snapshot";
import type { Endpoint } from "#dialects/endpoint";
import { Account, type AccountServices } from "#governance/account";
import type { AdmissionGate, Leave } from "#governance/admission-gate";
import type { Authorizer } from "#governance/authorize";
import { claimRoom } from "#governance/claim-room";
import { identify } from "#governance/identify";
import { askTargets } from "#relay/attempt/ask-targets";
import { countTokens } from "#relay/count-tokens";
import { deliver } from "#relay/deliver";
import { errorResponse } from "#relay/error-response";
import { estimateTokens } from "#relay/estimate-usage";
import type { Exchange } from "#relay/exchange";
import { keepRequest } from "#relay/keep-content";
import { decodeRequest } from "#relay/request/decode-request";
import { demandOf } from "#relay/request/demand";
import type { DecodedRequest } from "#relay/request/prepare-request";
import { createPlanner, type Plan } from "#routing/plan";
import { createModelResolver, type ModelCatalog } from "#routing/resolve-model";

export type PipelineServices = AccountServices &
  Pick<Exchange, "codecs" | "upstream" | "health" | "random" | "onInternalError"> & {
    readonly endpoints: { readonly [D in InferenceRequest["dialect"]]: Endpoint };
    readonly snapshot: () => Snapshot;
    readonly catalog: ModelCatalog;
    readonly authorizer: Authorizer;
    readonly gate: AdmissionGate;
    readonly newId: () => string;
  };

/** The life of a request. Always answers; every failure is worded in the client's dialect. */
export function createPipeline(
  services: PipelineServices,
): (inference: InferenceRequest) => Promise<InferenceResponse> {
  const { authorizer, clock, codecs, gate, health, journal, random, upstream, onInternalError } = services;
  const resolveModel = createModelResolver(services.catalog);
  const plan = createPlanner();

  return async (inference) => {
    const snapshot = services.snapshot();
    const endpoint = services.endpoints[inference.dialect];
    const id = services.newId();
    let account: Account | undefined;
    let leave: Leave | undefined;
    try {
      const key = identify(inference.secret(), snapshot, clock.nowMs());
      authorizer.authorize(key, inference.endpoint, undefined);
      leave = gate.tryEnter() ?? (await gate.enter(inference.signal));
      const body = await inference.readBody();
      try {
        const request = decodeRequest(inference, body.bytes, endpoint);
        authorizer.authorize(key, inference.endpoint, request.envelope.model);
        const targets = planFor(inference, request, key, snapshot);
        const { settings } = snapshot;
        account = new Account({ id, inference, key, snapshot, claim: claimRoom(journal, settings) }, services);
        account.describe({
          askedModel: request.envelope.model,
          stream: request.envelope.stream,
          requestBytes: body.bytes.length,
          inputTokens: estimateTokens(body.bytes.length),
          demand: () => demandOf(inference.operation, request),
        });
        const exchange: Exchange = {
          inference,
          request,
          endpoint,
          account,
          settings,
          codecs,
          upstream,
          health,
          clock,
          random,
          onInternalError,
        };
        keepRequest(exchange);
        const ask = async () => deliver(exchange, await askTargets(exchange, targets));
        if (inference.operation !== "count-tokens") return await ask();
        return await countTokens(exchange, targets.length === 0 ? undefined : ask);
      } finally {
        body.release();
      }
    } catch (cause) {
      return await fail(cause, inference, endpoint, id, account);
    } finally {
      // A stream keeps its place until it is recorded.
      if (account === undefined) leave?.();
      else if (leave !== undefined) account.whenClosed(leave);
    }
  };

  function planFor(
    inference: InferenceRequest,
    { envelope }: DecodedRequest,
    key: VirtualKey | undefined,
    snapshot: Snapshot,
  ): Plan {
    const targets = plan(
      {
        model: envelope.model,
        dialect: inference.dialect,
        // Only completions and token counts can be answered without a provider of the client's own dialect.
        sameDialectOnly: inference.operation === "embeddings" || inference.operation === "text-completion",
        allows: (ref) => authorizer.allowsTarget(key, ref),
      },
      resolveModel(envelope.model, snapshot),
      health.admission,
      random,
    );
    if (inference.operation !== "count-tokens") return targets;
    return targets.filter(({ target }) => target.dialect.name === inference.dialect);
  }

  async function fail(
    cause: unknown,
    inference: InferenceRequest,
    endpoint: Endpoint,
    id: string,
    account: Account | undefined,
  ): Promise<InferenceResponse> {
    const error = toGatewayError(cause);
    if (error.code === "internal_error") onInternalError(error);
    // Refused before it had an account: counted, not recorded.
    if (account === undefined) services.metrics.refused(error);
    else {
      const outcome = error.code === "client_closed" ? "client-gone" : "error";
      await account.close({ outcome, status: error.status, error }).catch(() => undefined);
    }
    return errorResponse(error, endpoint, { id, requestId: inference.requestId ?? id }, account);
  }
}
