import { GatewayError } from "#core/errors";
import type { Target } from "#core/target";
import type { Dialect } from "#dialects/dialect";
import { findDialect, findOperation } from "#dialects/find-dialect";
import type { Operation } from "#dialects/operation";
import { changeFields, headersOf } from "#dialects/request-body";
import type { TargetFacts } from "#dialects/target-facts";
import type { Translation } from "#dialects/translation";
import { writeJson } from "#lib/json-text";
import type { PendingRequest } from "../pending-request";
import type { RelayServices } from "../relay-services";

/** A request body in the target's dialect, ready to send, and what reads its answer. */
export type PreparedRequest = {
  readonly path: string;
  readonly body: Uint8Array | string;
  readonly headers: { readonly [name: string]: string };
  readonly dropped: readonly string[];
  /** The provider's. */
  readonly operation: Operation;
  /** The client's endpoint and the provider's codec; undefined where bytes pass through. */
  readonly translation: Translation | undefined;
};

/**
 * The request as the target takes it. Throws `unsupported_parameter` where the target cannot carry all of it and policy
 * forbids to drop the rest, `invalid_request` where a translation cannot read it, `no_capable_target` where its
 * provider cannot be asked.
 */
export function prepareRequest(
  { dialects, signer }: Pick<RelayServices, "dialects" | "signer">,
  pending: PendingRequest,
  target: Target,
): PreparedRequest {
  signer.check(target.provider);
  const prepared =
    target.dialect.name === pending.dialect.name
      ? patchRequest(pending, target)
      : translateRequest(pending, findDialect(dialects, target.dialect.name), target);
  const dropped = pending.dropped.length === 0 ? prepared.dropped : [...pending.dropped, ...prepared.dropped];
  const [first] = dropped;
  if (first === undefined) return prepared;
  if (pending.running.settings.onUnsupported === "drop") return { ...prepared, dropped };
  throw new GatewayError(
    "unsupported_parameter",
    `Cannot carry "${first}" to the model "${target.model}" of "${target.provider.id}"`,
    { param: first },
  );
}

/** Same dialect: the client's bytes with the listed changes. */
function patchRequest(pending: PendingRequest, target: Target): PreparedRequest {
  const { operation, request } = pending;
  const changes = operation.patchRequest(request, targetFacts(target));
  const body = changeFields(request.body, changes);
  return {
    path: withQuery(pathFor(pending, target), pending),
    body,
    headers: headersOf(request.body),
    dropped: [],
    operation,
    translation: undefined,
  };
}

/** Another dialect: the whole request through the pivot. */
function translateRequest(pending: PendingRequest, dialect: Dialect, target: Target): PreparedRequest {
  const { operation: asked, request, running } = pending;
  const operation = findOperation(dialect, running.inference.operation);
  if (asked.translation === undefined || operation.translation === undefined) throw cannotTranslate(pending, target);
  const { codec } = operation.translation;
  const { body, headers, dropped } = codec.encodeRequest(request.full(), targetFacts(target));
  const translation = { endpoint: asked.translation.endpoint, codec };
  return {
    path: pathFor(pending, target),
    body: writeJson(body),
    headers,
    dropped,
    operation,
    translation,
  };
}

function pathFor({ request, running }: PendingRequest, { dialect, model }: Target): string {
  const { inference } = running;
  const paths = dialect.paths[inference.operation];
  if (paths === undefined) throw new GatewayError("no_capable_target", `There is no path for ${inference.operation}`);
  const path = request.envelope.stream ? paths.stream : paths.whole;
  return path.includes("{model}") ? path.replace("{model}", encodeURIComponent(model)) : path;
}

/** With what of the client's query its dialect forwards. */
function withQuery(path: string, { dialect, running }: PendingRequest): string {
  const { query } = running.inference;
  if (query === "" || dialect.forwardedQuery === undefined) return path;
  const pairs = query.slice(1).split("&");
  const forwarded = dialect.forwardedQuery.filter((pair) => pairs.includes(pair));
  return forwarded.length === 0 ? path : `${path}${path.includes("?") ? "&" : "?"}${forwarded.join("&")}`;
}

function cannotTranslate({ running }: PendingRequest, { dialect }: Target): GatewayError {
  const { inference } = running;
  return new GatewayError(
    "no_capable_target",
    `Cannot translate a request for ${inference.operation} from ${inference.dialect} to ${dialect.name}`,
  );
}

function targetFacts(target: Target): TargetFacts {
  const maxOutputTokens = target.facts?.maxOutputTokens;
  return {
    model: target.model,
    quirks: target.provider.quirks,
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
  };
}
