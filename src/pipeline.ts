import { toGatewayError } from "#core/errors";
import { estimateTokens } from "#core/estimate-tokens";
import type { InferenceRequest, InferenceResponse } from "#core/inference";
import type { Snapshot, VirtualKey } from "#core/snapshot";
import type { Dialect } from "#dialects/dialect";
import { findDialect, findOperation } from "#dialects/find-dialect";
import type { DecodedRequest, Operation } from "#dialects/operation";
import type { AdmissionGate, Leave } from "#governance/admission-gate";
import type { Authorizer } from "#governance/authorize";
import { type ClosingServices, createRequestCloser } from "#governance/close-request";
import { identify } from "#governance/identify";
import { lazyDemand } from "#governance/lazy-demand";
import { createReservations } from "#governance/reservation";
import { createRequestStarter } from "#governance/running-request";
import { errorResponse } from "#relay/error-response";
import type { Exchange } from "#relay/exchange";
import { createRelay } from "#relay/relay";
import type { RelayServices } from "#relay/relay-services";
import { decodeRequest } from "#relay/request/decode-request";
import { createPlanner, type Plan } from "#routing/plan";
import { createModelResolver, type ModelCatalog } from "#routing/resolve-model";
import { strategies } from "#routing/strategies/registry";

/** A worker's parts that requests go through. */
export type PipelineServices = Omit<RelayServices, "reservations"> &
  Omit<ClosingServices, "used"> & {
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
  const { authorizer, clock, gate, health, journal, ledger, metrics, random } = services;
  const resolveModel = createModelResolver(services.catalog);
  const plan = createPlanner(strategies);
  const start = createRequestStarter(journal, clock);
  const closing = createRequestCloser({ ...services, used: health.used });
  const relay = createRelay({ ...services, reservations: createReservations(ledger, clock, metrics) });

  return async (inference) => {
    const snapshot = services.snapshot();
    const dialect = findDialect(services.dialects, inference.dialect);
    const operation = findOperation(dialect, inference.operation);
    const id = services.newId();
    let leave: Leave | undefined;
    try {
      const key = identify(inference.secret(), snapshot, clock.nowMs());
      authorizer.authorize(key, inference.endpoint, undefined);
      leave = gate.tryEnter() ?? (await gate.enter(inference.signal));
      const body = await inference.readBody();
      try {
        const request = decodeRequest(inference, body.bytes, operation);
        const { model, stream } = request.envelope;
        authorizer.authorize(key, inference.endpoint, model);
        const targets = planFor(inference, operation, request, key, snapshot);
        const running = start({
          id,
          inference,
          key,
          snapshot,
          body: body.bytes,
          askedModel: model,
          stream,
          inputTokens: estimateTokens(body.bytes.length),
          isFree: operation.charge === "nothing",
        });
        const exchange: Exchange = {
          running,
          dialect,
          operation,
          request,
          demand: lazyDemand(() => operation.demand(request)),
          // A stream keeps its place until it is recorded.
          close: closing(running, leave),
        };
        return await relay.deliver(exchange, await relay.ask(exchange, targets));
      } finally {
        body.release();
      }
    } catch (cause) {
      leave?.();
      return refuse(cause, inference, dialect, id);
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

  /** The answer to a request that never ran: it is counted and not recorded. */
  function refuse(cause: unknown, inference: InferenceRequest, dialect: Dialect, id: string): InferenceResponse {
    const error = toGatewayError(cause);
    if (error.code === "internal_error") services.onInternalError(error);
    metrics.refused(error);
    return errorResponse(error, dialect, { id, requestId: inference.requestId ?? id });
  }
}
