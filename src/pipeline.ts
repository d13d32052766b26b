import { clientClosed, type GatewayError, toGatewayError } from "#core/errors";
import { estimateTokens } from "#core/estimate-tokens";
import type { InferenceRequest, InferenceResponse } from "#core/inference";
import { defaultDrainMs, type Snapshot, type VirtualKey } from "#core/snapshot";
import type { Step } from "#core/step";
import { findDialect, findOperation, firstDialect } from "#dialects/find-dialect";
import type { Envelope } from "#dialects/operation";
import { textBytesOf } from "#dialects/request-body";
import { bothOf, createAddressPlaces } from "#governance/address-places";
import type { AdmissionGate } from "#governance/admission-gate";
import type { Authorizer } from "#governance/authorize";
import { type ClosingServices, createRequestCloser } from "#governance/close-request";
import { assertUsable, findCaller } from "#governance/identify";
import { createKeyUse } from "#governance/key-use";
import { BudgetLine } from "#governance/ladder/budget-line";
import { DemandOf } from "#governance/lazy-demand";
import { noProgress } from "#governance/outcome";
import { createRefusalNotes, type NoteRefusal } from "#governance/refusals";
import { createReservations } from "#governance/reservations";
import { createRequestStarter, type IdentifiedRequest, type RunningRequest } from "#governance/running-request";
import type { Leave } from "#governance/waiting-line";
import { createWrongKeys, type WrongKeys } from "#governance/wrong-keys";
import { FindIds } from "#objects/find-ids";
import type { KeptResponses } from "#objects/kept/kept-responses";
import type { Drain } from "#relay/drain";
import { errorResponse } from "#relay/error-response";
import type { Continued } from "#relay/kept/answer-keeping";
import { continueKept, mayNameKept } from "#relay/kept/continue-kept";
import { closeWith, keepingFor } from "#relay/kept/create-keeping";
import { createKeptServing } from "#relay/kept/serve-kept";
import type { PendingRequest } from "#relay/pending-request";
import { createRelay } from "#relay/relay";
import type { RelayServices } from "#relay/relay-services";
import { decodeRequest } from "#relay/request/decode-request";
import { operationAsked } from "#relay/request/operation-asked";
import { createPlanning, type PlanningServices } from "#relay/request/planning";
import { createGuard } from "#relay/steps/guard";
import { createAnswerObservers } from "#relay/steps/observe";
import { createOutputSpeeds } from "#routing/output-speeds";
import type { Plan } from "#routing/plan";

/** A worker's parts that requests go through. */
export type PipelineServices = Omit<RelayServices, "reservations" | "speeds" | "observeAnswer"> &
  Omit<ClosingServices, "used" | "noteRefusal" | "settled"> &
  Omit<PlanningServices, "isUsed"> & {
    readonly snapshot: () => Snapshot;
    readonly authorizer: Authorizer;
    readonly gate: AdmissionGate;
    /** Shared with all that asks with a key. */
    readonly wrongKeys?: WrongKeys;
    readonly newId: () => string;
    /** Where answers are kept that no provider stores; absent: nowhere. */
    readonly kept?: KeptResponses;
    /** What else requests go through: guards, caches, plugins. None when absent. */
    readonly steps?: readonly Step[];
  };

export type Pipeline = (inference: InferenceRequest) => Promise<InferenceResponse>;

/** The life of a request. Always answers; every failure is worded in the client's dialect. */
export function createPipeline(services: PipelineServices): Pipeline {
  const { authorizer, clock, dialects, gate, newId, snapshot } = services;
  const planFor = createPlanning({ ...services, isUsed: createKeyUse(services.ledger) });
  const found = new FindIds();
  const addresses = createAddressPlaces();
  const noteRefusal = createRefusalNotes(services);
  const line = new BudgetLine(services.ticker);
  const start = createStart(services, noteRefusal, line, found);
  const serve = createServing(services, line);
  const refuse = createRefusing(services, noteRefusal);

  return async (inference) => {
    const now = snapshot();
    const id = newId();
    let leave: Leave | undefined;
    let key: VirtualKey | undefined;
    let asked: Envelope | undefined;
    try {
      const dialect = findDialect(dialects, inference.dialect);
      key = findCaller(inference.secret(), now);
      assertUsable(key, clock.nowMs);
      if (key?.allowedIps !== undefined)
        authorizer.assertAddress(key, inference.clientAddress(now.settings.trustedProxies));
      const access = authorizer.accessOf(key, inference.allowedAs ?? inference.endpoint);
      const { maxRunningPerAddress: most, trustedProxies } = now.settings;
      if (most !== undefined) leave = addresses.take(inference.clientAddress(trustedProxies) ?? "", most);
      leave = bothOf(leave, gate.tryEnter() ?? (await gate.enter(inference)));
      const read = inference.readBody();
      const body = read instanceof Promise ? await read : read;
      try {
        const operationName = operationAsked(inference, findOperation(dialect, inference.operation), body.bytes);
        const operation = findOperation(dialect, operationName);
        let request = decodeRequest(inference, body.bytes, operation);
        asked = request.envelope;
        let continued: Continued | undefined;
        if (services.kept !== undefined && mayNameKept(request, operation)) {
          const asking = { inference, key, operation, snapshot: now };
          ({ request, continued } = await continueKept({ found, kept: services.kept }, request, asking));
          asked = request.envelope;
        }
        const { gateway } = request;
        const planned = planFor({ inference, key, operation, envelope: asked, gateway, access, snapshot: now });
        const { dropped, leadsTo, objects } = planned;
        const asking = { dialect, operation, operationName, request, dropped, leadsTo, objects, continued };
        const pending = start({ id, inference, key, snapshot: now }, asking, leave);
        return await serve(pending, planned.plan);
      } finally {
        body.release();
      }
    } catch (cause) {
      leave?.();
      return refuse(cause, { id, inference, key, snapshot: now, asked });
    }
  };
}

/** What is known of a request before it runs. */
type Asked = "dialect" | "dropped" | "leadsTo" | "objects" | "operation" | "operationName" | "request";

/** Makes a decoded request a running one, which has room in the journal and will be recorded. */
function createStart(
  { clock, drains, health, journal, kept, onInternalError, ...services }: PipelineServices,
  noteRefusal: NoteRefusal,
  line: BudgetLine,
  found: FindIds,
) {
  const start = createRequestStarter(journal, clock);
  const closing = createRequestCloser({
    ...services,
    clock,
    journal,
    noteRefusal,
    settled: () => line.settled(),
    used: health.used,
  });
  return (
    { id, inference, key, snapshot }: Pick<IdentifiedRequest, "id" | "inference" | "key" | "snapshot">,
    asking: Pick<PendingRequest, Asked> & {
      readonly continued: Continued | undefined;
    },
    leave: Leave,
  ): PendingRequest => {
    const { continued, dialect, dropped, leadsTo, objects, operation, operationName, request } = asking;
    const body = request.body.bytes;
    const { model: askedModel, stream, labels } = request.envelope;
    const isFree = operation.charge === "nothing";
    const inputTokens = estimateTokens(textBytesOf(request.body));
    // A completion of several prompts has more answers than its envelope says.
    const answers = operation.translation === undefined ? Number.POSITIVE_INFINITY : request.envelope.n;
    const noLog = request.gateway?.noLog;
    const begun = start({
      id,
      inference,
      key,
      snapshot,
      body,
      askedModel,
      stream,
      labels,
      inputTokens,
      answers,
      isFree,
      noLog,
    });
    const running = request.envelope.isBackground === true ? goesOnUnasked(begun) : begun;
    const demand = new DemandOf(operation.demand, request);
    const drain =
      running.onAbort === "drain" ? drains.watch(inference, running.settings.drainMs ?? defaultDrainMs) : undefined;
    // A stream keeps its place until it is recorded.
    const ended = closing(running, drain === undefined ? leave : endingDrained(leave, drain));
    const keeping = keepingFor({ found, kept }, asking, running, continued);
    const close =
      keeping === undefined ? ended : closeWith(keeping, ended, (cause) => onInternalError(toGatewayError(cause)));
    const continues = continued?.name;
    return {
      running,
      dialect,
      operation,
      operationName,
      request,
      dropped,
      leadsTo,
      objects,
      continues,
      keeping,
      demand,
      drain,
      close,
    };
  };
}

/** A provider that makes an answer in the background goes on when its client leaves: then it costs what was held, unless it is read on. */
function goesOnUnasked(running: RunningRequest): RunningRequest {
  return running.onAbort === "drain" ? running : { ...running, onAbort: "full-hold" };
}

/** Apart, for its closure would cost every request a scope. */
function endingDrained(leave: Leave, drain: Drain): Leave {
  return () => {
    leave();
    drain.close();
  };
}

/** What becomes of running requests: guard, attempts, delivery. Never rejects. */
function createServing(
  services: PipelineServices,
  line: BudgetLine,
): (pending: PendingRequest, plan: Plan) => Promise<InferenceResponse> {
  const { clock, ledger, metrics, steps = [] } = services;
  const reservations = createReservations(ledger, clock, metrics, line);
  const speeds = createOutputSpeeds();
  const relay = createRelay({ ...services, reservations, speeds, observeAnswer: createAnswerObservers(steps) });
  const guard = createGuard(steps, clock.nowMs);
  const serveKept = createKeptServing(relay, services.kept);
  if (guard === undefined)
    return (pending, plan) => (pending.objects?.isKept === true ? serveKept(pending) : relay.serve(pending, plan));

  return async (pending, plan) => {
    if (pending.objects?.isKept === true) return serveKept(pending);
    try {
      const guarded = await guard(pending);
      if (guarded.kind === "answer") return await relay.answerLocally(pending, noProgress, () => guarded.answer);
      // A guard may have taken its time.
      if (pending.running.inference.signal.aborted) throw clientClosed();
      return await relay.serve(guarded.pending, plan);
    } catch (cause) {
      return relay.fail(pending, noProgress, cause);
    }
  };
}

/** What is known of a request that never ran. */
type Refused = Pick<IdentifiedRequest, "id" | "inference" | "key" | "snapshot"> & {
  readonly asked: Envelope | undefined;
};

/** Undefined where none can be read: two different ones came, or a signature. */
function secretOf(inference: InferenceRequest): string | undefined {
  try {
    return inference.secret();
  } catch {
    return undefined;
  }
}

/** The answer to a request that never ran: it is counted, and a sample recorded as refused. */
function createRefusing(services: PipelineServices, noteRefusal: NoteRefusal) {
  const { clock, dialects, onInternalError, wrongKeys = createWrongKeys() } = services;
  const judged = (error: GatewayError, { inference, snapshot }: Refused): GatewayError => {
    if (error.code !== "invalid_key") return error;
    const secret = secretOf(inference);
    if (secret === undefined) return error;
    const address = inference.clientAddress(snapshot.settings.trustedProxies) ?? "";
    return wrongKeys.judge(address, secret, clock.nowMs()) ?? error;
  };
  return (cause: unknown, refused: Refused): InferenceResponse => {
    const { id, inference, key, snapshot, asked } = refused;
    const error = judged(toGatewayError(cause), refused);
    if (error.code === "internal_error") onInternalError(error);
    const team = key?.team === undefined ? undefined : snapshot.teams.get(key.team);
    const customer = key?.customer ?? team?.customer;
    const askedModel = asked?.model;
    const stream = asked?.stream ?? false;
    noteRefusal({ id, inference, error, key, customer, askedModel, stream, labels: asked?.labels, requestBytes: 0 });
    const { dialect, requestId = id } = inference;
    return errorResponse(error, dialects[dialect] ?? firstDialect(dialects), { id, requestId });
  };
}
