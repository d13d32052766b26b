import type { CompletionRequest } from "#core/completion";
import type { Embeddings } from "#core/embedding";
import { GatewayError } from "#core/errors";
import type { ObjectPath } from "#core/inference";
import type { Target } from "#core/target";
import type { Usage } from "#core/usage";
import { cappedOutput } from "#dialects/cap-output";
import type { EmbeddingTranslation } from "#dialects/embedding-translation";
import { findDialect, findOperation } from "#dialects/find-dialect";
import { type Mended, mendBody, type ToolNames } from "#dialects/mend";
import { mendEncoded } from "#dialects/mend-encoded";
import type { Operation } from "#dialects/operation";
import { changedToSend, fieldsOf, headersOf, parseBody } from "#dialects/request-body";
import type { TargetFacts } from "#dialects/target-facts";
import type { Translation } from "#dialects/translation";
import { oneForEach } from "#dialects/vectors";
import { isObject, type Json, type JsonObject } from "#lib/json";
import type { FieldChanges } from "#lib/json-splice";
import type { PiecedBytes } from "#lib/pieced-bytes";
import type { OpenedObjects } from "#objects/open-objects";
import type { PendingRequest } from "../pending-request";
import type { RelayServices } from "../relay-services";
import type { FittedTargets } from "./fitted-targets";
import { pathSegment } from "./path-segment";

/** A request body in the target's dialect, ready to send, and what reads its answer. */
export type PreparedRequest = {
  readonly path: string;
  readonly body: Uint8Array | string | PiecedBytes;
  readonly headers: { readonly [name: string]: string };
  /** What of the client's request is left out or written otherwise, by its paths there. */
  readonly dropped: readonly string[];
  /** The provider's. */
  readonly operation: Operation;
  /** The client's endpoint and the provider's codec; undefined where bytes pass through. */
  readonly translation: Translation | undefined;
  /** Makes the client's answer of the provider's embeddings; undefined where bytes pass, and for all else. */
  readonly embeddings?: (answer: Json, usage: (answer: Embeddings) => Usage | undefined) => JsonObject;
  /** Tools that have another name towards the provider: its answer gives it back. */
  readonly toolNames: ToolNames | undefined;
  /** What the target is like. */
  readonly traits: TargetFacts["traits"];
};

/** A request that a target takes, before it is known how long its answer may be. */
export type FittedRequest = Omit<PreparedRequest, "body"> & {
  /** Its body with that: `cap` is an output limit of ours, in tokens. Called once. */
  readonly write: (cap: number | undefined) => PreparedRequest;
};

type Parts = Pick<RelayServices, "dialects" | "signer"> & { readonly targets: FittedTargets };

/**
 * The request as the target takes it. Throws `unsupported_parameter` where the target cannot carry all of it and policy
 * forbids to drop the rest, `invalid_request` where a translation cannot read it, `no_capable_target` where its
 * provider cannot be asked.
 */
export function fitRequest(parts: Parts, pending: PendingRequest, target: Target): FittedRequest {
  parts.signer.check(target.provider);
  return target.dialect.name === pending.dialect.name && hasOperation(pending, target)
    ? patchRequest(parts, pending, target)
    : translateRequest(parts, pending, target, undefined);
}

/** A provider without the operation is asked by another, if there is one that stands in. */
function hasOperation({ operation, operationName }: PendingRequest, { dialect }: Target): boolean {
  return operation.standIn === undefined || dialect.paths[operationName] !== undefined;
}

/** Same dialect: the client's bytes with the listed changes, and those that the target's traits ask for. */
function patchRequest({ targets }: Parts, pending: PendingRequest, target: Target): FittedRequest {
  const { operation, request, running } = pending;
  const { body } = request;
  const { facts, mends } = targets.find(target, operation, "passed", running.settings.defaultMaxOutputTokens);
  const own = operation.patchRequest(request, facts);
  const changes = pending.objects === undefined ? own : { ...own, ...pending.objects.fields };
  const mended = mends.length > 0 && body.kind === "json" ? mendBody(body, mends) : undefined;
  return new PassedRequest(
    pending,
    mended === undefined ? changes : { ...changes, ...mended.changes },
    withQuery(pathFor(pending, target, pending.operationName), pending),
    droppedFrom(pending, target, mended),
    mended?.toolNames,
    facts.traits,
  );
}

/** The bytes are put together once all changes are known, for that is what a request costs most by. */
class PassedRequest implements FittedRequest, PreparedRequest {
  readonly headers: PreparedRequest["headers"];
  readonly operation: Operation;
  readonly translation = undefined;
  body: Uint8Array | PiecedBytes = noBytes;

  constructor(
    private readonly pending: PendingRequest,
    private readonly changes: FieldChanges,
    readonly path: string,
    readonly dropped: readonly string[],
    readonly toolNames: ToolNames | undefined,
    readonly traits: TargetFacts["traits"],
  ) {
    this.headers = headersOf(pending.request.body);
    this.operation = pending.operation;
  }

  write(cap: number | undefined): PreparedRequest {
    const changes = cap === undefined ? this.changes : this.changesWith(cap);
    this.body = changedToSend(this.pending.request.body, changes);
    return this;
  }

  /** After the mends, which know only what the client wrote: an answer in one piece may have to be shorter. */
  private changesWith(cap: number): FieldChanges {
    const { body, envelope } = this.pending.request;
    const name = this.operation.outputLimit?.(this.traits);
    if (name === undefined || body.kind !== "json") return this.changes;
    const { max_output_whole: whole = cap } = this.traits;
    return cappedOutput(body, this.changes, name, envelope.stream ? cap : Math.min(cap, whole));
  }
}

const noBytes = new Uint8Array(0);

/** Another dialect: the whole request through the pivot, and what comes out of it made to fit. */
function translateRequest(
  parts: Parts,
  pending: PendingRequest,
  target: Target,
  cap: number | undefined,
): FittedRequest & PreparedRequest {
  const { objects, operation: asked, operationName: own, request, running } = pending;
  const name = hasOperation(pending, target) ? own : (asked.standIn?.operation ?? own);
  const operation = findOperation(findDialect(parts.dialects, target.dialect.name), name);
  if (asked.embedding !== undefined && operation.embedding !== undefined)
    return translateEmbedding(parts, pending, target, asked.embedding, name, operation, operation.embedding);
  const endpoint = asked.translation?.endpoint ?? asked.standIn?.endpoint;
  if (endpoint === undefined || operation.translation === undefined) throw cannotTranslate(pending, target);
  if (objects !== undefined) throw cannotContinue(objects, target);
  const { codec } = operation.translation;
  const { defaultMaxOutputTokens } = running.settings;
  const { facts, mends } = parts.targets.find(target, operation, "translated", defaultMaxOutputTokens);
  const encoded = codec.encodeRequest(limited(request.full(), cap), facts);
  const mended = mendEncoded(encoded, mends, request.body);
  return {
    path: pathFor(pending, target, name),
    body: mended.body,
    headers: encoded.headers,
    dropped: droppedFrom(pending, target, withStore(pending, mended)),
    operation,
    translation: { endpoint, codec },
    toolNames: mended.toolNames,
    traits: facts.traits,
    write(limit) {
      return limit === undefined ? this : translateRequest(parts, pending, target, limit);
    },
  };
}

/** An answer of vectors has no length that could be capped. */
function translateEmbedding(
  parts: Parts,
  pending: PendingRequest,
  target: Target,
  client: EmbeddingTranslation,
  name: string,
  operation: Operation,
  provider: EmbeddingTranslation,
): FittedRequest & PreparedRequest {
  const { request, running } = pending;
  const whole = parseBody(request.body);
  const asked = client.decodeRequest({ ...(isObject(whole) ? whole : {}), model: request.envelope.model });
  const { facts } = parts.targets.find(target, operation, "translated", running.settings.defaultMaxOutputTokens);
  const { body, dropped, headers } = provider.encodeRequest(asked, facts);
  return {
    path: pathFor(pending, target, name),
    body: JSON.stringify(body),
    headers,
    dropped: droppedFrom(pending, target, { lost: dropped, respelled: [] }),
    operation,
    translation: undefined,
    embeddings: (answer, usageOf) => {
      const decoded = oneForEach(asked, provider.decodeResponse(answer));
      const usage = usageOf(decoded);
      const told = { ...decoded, model: decoded.model || target.model };
      return client.encodeResponse(usage === undefined ? told : { ...told, usage }, asked);
    },
    toolNames: undefined,
    traits: facts.traits,
    write() {
      return this;
    },
  };
}

function limited(request: CompletionRequest, cap: number | undefined): CompletionRequest {
  return cap === undefined ? request : { ...request, maxOutputTokens: cap };
}

/** All that the target does not get as the client wrote it. Throws where something of it is lost and that is forbidden. */
function droppedFrom(
  { dropped, running }: PendingRequest,
  target: Target,
  { lost, respelled }: Pick<Mended, "lost" | "respelled"> = nothing,
): readonly string[] {
  const [first] = dropped.length === 0 ? lost : dropped;
  if (first !== undefined && running.settings.onUnsupported !== "drop") {
    throw new GatewayError(
      "unsupported_parameter",
      `Cannot carry "${first}" to the model "${target.model}" of "${target.provider.id}"`,
      { param: first },
    );
  }
  return dropped.length + lost.length + respelled.length === 0 ? dropped : [...dropped, ...lost, ...respelled];
}

const nothing: Pick<Mended, "lost" | "respelled"> = { lost: [], respelled: [] };

/** An answer that is to be stored and is kept nowhere. */
function withStore<M extends Pick<Mended, "lost">>({ keeping, operation, request }: PendingRequest, mended: M): M {
  if (operation.keepsAnswers !== true || keeping !== undefined) return mended;
  return fieldsOf(request.body, ["store"]).store === true ? { ...mended, lost: [...mended.lost, "store"] } : mended;
}

function pathFor({ objects, request, running }: PendingRequest, { dialect, model }: Target, operation: string): string {
  const { inference } = running;
  const paths = dialect.paths[operation];
  if (paths === undefined) throw new GatewayError("no_capable_target", `There is no path for ${operation}`);
  const path = request.envelope.stream ? paths.stream : paths.whole;
  const named = path.includes("{model}") ? withModel(path, model) : path;
  return inference.objectPath === undefined ? named : objectPath(named, inference.objectPath, objects);
}

function withModel(path: string, model: string): string {
  return path.replace("{model}", () => pathSegment(model));
}

/** With the ids that the provider knows, and the client's query. */
function objectPath(path: string, { item = "" }: ObjectPath, objects: OpenedObjects | undefined): string {
  const { pathId = "", query = "" } = objects ?? {};
  const place = path.replace("{id}", () => pathSegment(pathId)).replace("{item}", () => pathSegment(item));
  if (query.length < 2) return place;
  return `${place}${place.includes("?") ? "&" : "?"}${query.slice(1)}`;
}

/** With what of the client's query its dialect forwards. */
function withQuery(path: string, { dialect, running }: PendingRequest): string {
  const { query } = running.inference;
  if (query === "" || dialect.forwardedQuery === undefined || running.inference.objectPath !== undefined) return path;
  const forwarded = pairsAmong(dialect.forwardedQuery, query);
  return forwarded.length === 0 ? path : `${path}${path.includes("?") ? "&" : "?"}${forwarded.join("&")}`;
}

function pairsAmong(wanted: readonly string[], query: string): readonly string[] {
  const pairs = query.slice(1).split("&");
  return wanted.filter((pair) => pairs.includes(pair));
}

/** What is stored elsewhere cannot be told in another dialect. */
function cannotContinue({ fields }: OpenedObjects, { provider }: Target): GatewayError {
  const [field = "id"] = Object.keys(fields);
  return new GatewayError(
    "not_found",
    `Cannot find what "${field}" names: the provider "${provider.id}" does not keep it; send the conversation itself`,
    {
      param: field,
    },
  );
}

function cannotTranslate(pending: PendingRequest, { dialect }: Target): GatewayError {
  return new GatewayError(
    "no_capable_target",
    `Cannot translate a request for ${pending.operationName} from ${pending.dialect.name} to ${dialect.name}`,
  );
}
