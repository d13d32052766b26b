import { toGatewayError } from "#core/errors";
import { estimateTokens } from "#core/estimate-tokens";
import type { InferenceRequest, InferenceResponse } from "#core/inference";
import type { Snapshot, VirtualKey } from "#core/snapshot";
import type { Dialect } from "#dialects/dialect";
import { findDialect, findOperation } from "#dialects/find-dialect";
import type { DecodedRequest, Operation } from "#dialects/operation";
import { Account, type AccountServices } from "#governance/account";
import type { AdmissionGate, Leave } from "#governance/admission-gate";
import type { Authorizer } from "#governance/authorize";
import { claimRoom } from "#governance/claim-room";
import { identify } from "#governance/identify";
import { answerLocally } from "#relay/answer-locally";
import { askTargets } from "#relay/attempt/ask-targets";
import { deliver } from "#relay/deliver";
import { errorResponse } from "#relay/error-response";
import type { Exchange } from "#relay/exchange";
import { keepRequest } from "#relay/keep-content";
import { decodeRequest } from "#relay/request/decode-request";
import { createPlanner, type Plan } from "#routing/plan";
import { createModelResolver, type ModelCatalog } from "#routing/resolve-model";
import { strategies } from "#routing/strategies/registry";

export type PipelineServices = AccountServices &
  Pick<Exchange, "dialects" | "signer" | "upstream" | "health" | "random" | "onInternalError"> & {
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
  const { authorizer, clock, dialects, gate, health, journal, random, signer, upstream, onInternalError } = services;
  const resolveModel = createModelResolver(services.catalog);
  const plan = createPlanner(strategies);

  return async (inference) => {
    const snapshot = services.snapshot();
    const dialect = findDialect(dialects, inference.dialect);
    const operation = findOperation(dialect, inference.operation);
    const id = services.newId();
    let account: Account | undefined;
    let leave: Leave | undefined;
    try {
      const key = identify(inference.secret(), snapshot, clock.nowMs());
      authorizer.authorize(key, inference.endpoint, undefined);
      leave = gate.tryEnter() ?? (await gate.enter(inference.signal));
      const body = await inference.readBody();
      try {
        const request = decodeRequest(inference, body.bytes, operation);
        authorizer.authorize(key, inference.endpoint, request.envelope.model);
        const targets = planFor(inference, operation, request, key, snapshot);
        const { settings } = snapshot;
        account = new Account(
          { id, inference, key, snapshot, claim: claimRoom(journal, settings), isFree: operation.charge === "nothing" },
          services,
        );
        account.describe({
          askedModel: request.envelope.model,
          stream: request.envelope.stream,
          requestBytes: body.bytes.length,
          inputTokens: estimateTokens(body.bytes.length),
          demand: () => operation.demand(request),
        });
        const exchange: Exchange = {
          inference,
          request,
          dialect,
          operation,
          account,
          settings,
          dialects,
          signer,
          upstream,
          health,
          clock,
          random,
          onInternalError,
        };
        keepRequest(exchange);
        const ask = async () => deliver(exchange, await askTargets(exchange, targets));
        if (operation.fallback === undefined) return await ask();
        return await answerLocally(exchange, operation.fallback, targets.length === 0 ? undefined : ask);
      } finally {
        body.release();
      }
    } catch (cause) {
      return await fail(cause, inference, dialect, id, account);
    } finally {
      // A stream keeps its place until it is recorded.
      if (account === undefined) leave?.();
      else if (leave !== undefined) account.whenClosed(leave);
    }
  };

  function planFor(
    inference: InferenceRequest,
    operation: Operation,
    { envelope }: DecodedRequest,
    key: VirtualKey | undefined,
    snapshot: Snapshot,
  ): Plan {
    const asked = {
      dialect: inference.dialect,
      operation: inference.operation,
      translates: operation.translation !== undefined,
    };
    return plan(
      {
        model: envelope.model,
        asked,
        needsTarget: operation.fallback === undefined,
        allows: (ref) => authorizer.allowsTarget(key, ref),
      },
      resolveModel(envelope.model, snapshot),
      health,
      random,
    );
  }

  async function fail(
    cause: unknown,
    inference: InferenceRequest,
    dialect: Dialect,
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
    return errorResponse(error, dialect, { id, requestId: inference.requestId ?? id }, account);
  }
}
