import type { Answer, Call } from "#core/call";
import { GatewayError } from "#core/errors";
import type { Snapshot, VirtualKey } from "#core/snapshot";
import type { Endpoint } from "#dialects/endpoint";
import { Account, type AccountServices } from "#governance/account";
import type { Authorizer } from "#governance/authorize";
import { identify } from "#governance/identify";
import { reserve } from "#governance/reserve";
import { countTokens } from "#relay/count-tokens";
import { decodeCall } from "#relay/decode-call";
import { deliver } from "#relay/deliver";
import { errorAnswer } from "#relay/error-answer";
import type { Exchange } from "#relay/exchange";
import { keepRequest } from "#relay/keep-content";
import { openAnswer } from "#relay/open-answer";
import type { DecodedRequest } from "#relay/prepare-request";
import { attemptTargets } from "#routing/attempt";
import { type Plan, plan } from "#routing/plan";
import { createModelResolver, type ModelCatalog } from "#routing/resolve-model";

export type PipelineServices = AccountServices &
  Pick<Exchange, "codecs" | "upstream" | "onInternalError"> & {
    readonly endpoints: { readonly [D in Call["dialect"]]: Endpoint };
    readonly snapshot: () => Snapshot;
    readonly catalog: ModelCatalog;
    readonly authorizer: Authorizer;
    readonly newId: () => string;
    readonly random: () => number;
  };

/** The life of a request. Always answers; every failure is worded in the client's dialect. */
export function createPipeline(services: PipelineServices): (call: Call) => Promise<Answer> {
  const { authorizer, clock, codecs, journal, ledger, upstream, onInternalError } = services;

  const resolveModel = createModelResolver(services.catalog);

  return async (call) => {
    const snapshot = services.snapshot();
    const endpoint = services.endpoints[call.dialect];
    const id = services.newId();
    let account: Account | undefined;
    try {
      const key = identify(call.secret(), snapshot, clock.nowMs());
      authorizer.authorize(key, call.endpoint, undefined);
      const body = await call.readBody();
      try {
        const request = decodeCall(call, body.bytes, endpoint);
        authorizer.authorize(key, call.endpoint, request.envelope.model);
        const targets = planFor(call, request, key, snapshot);
        const reserved = reserve(id, key, snapshot.settings, journal, ledger);
        account = new Account(id, call, key, reserved, services);
        account.describe(request.envelope, body.bytes.length);
        const { settings } = snapshot;
        const exchange: Exchange = {
          call,
          request,
          endpoint,
          account,
          settings,
          codecs,
          upstream,
          clock,
          onInternalError,
        };
        keepRequest(exchange);
        const ask = async () =>
          deliver(exchange, await attemptTargets(targets, (target) => openAnswer(exchange, target), call.signal));
        if (call.operation !== "count-tokens") return await ask();
        return await countTokens(exchange, targets.length === 0 ? undefined : ask);
      } finally {
        body.release();
      }
    } catch (cause) {
      return await fail(cause, call, endpoint, id, account);
    }
  };

  function planFor(call: Call, { envelope }: DecodedRequest, key: VirtualKey | undefined, snapshot: Snapshot): Plan {
    const targets = plan(
      {
        model: envelope.model,
        dialect: call.dialect,
        // Only completions and token counts can be answered without a provider of the client's own dialect.
        sameDialectOnly: call.operation === "embeddings" || call.operation === "text-completion",
        allows: (ref) => authorizer.allowsTarget(key, ref),
      },
      resolveModel(envelope.model, snapshot),
      services.random,
    );
    return call.operation === "count-tokens" ? targets.filter(({ dialect }) => dialect.name === call.dialect) : targets;
  }

  async function fail(
    cause: unknown,
    call: Call,
    endpoint: Endpoint,
    id: string,
    account: Account | undefined,
  ): Promise<Answer> {
    const error =
      cause instanceof GatewayError
        ? cause
        : new GatewayError("internal_error", "The request failed inside the gateway", { cause });
    if (error.code === "internal_error") services.onInternalError(error);
    // Refused before it was admitted: counted, not recorded.
    if (account === undefined) services.metrics.refused(error);
    else {
      const outcome = error.code === "client_closed" ? "client-gone" : "error";
      await account.close({ outcome, status: error.status, error }).catch(() => undefined);
    }
    return errorAnswer(error, endpoint, { id, requestId: call.requestId ?? id }, account);
  }
}
