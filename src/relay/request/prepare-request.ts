import type { CompletionRequest } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { Operation } from "#core/inference";
import type { Target } from "#core/target";
import type { Codec, Envelope, TargetFacts } from "#dialects/codec";
import { type JsonScan, spliceTopLevel } from "#lib/json-scan";
import type { Exchange } from "../exchange";

/** A request body in the target's dialect, ready to send. */
export type PreparedRequest = {
  readonly path: string;
  readonly body: Uint8Array | string;
  readonly headers: { readonly [name: string]: string };
  readonly dropped: readonly string[];
};

/** A client's request, read as far as anything asked for. */
export type DecodedRequest = {
  readonly scan: JsonScan;
  readonly envelope: Envelope;
  /** Decodes the rest, once, when a translation needs it. */
  readonly full: () => CompletionRequest;
};

/**
 * The request as the target takes it. Throws `unsupported_parameter` where the target cannot carry all of it and policy
 * forbids to drop the rest, `invalid_request` where a translation cannot read it.
 */
export function prepareRequest({ inference, codecs, request, settings }: Exchange, target: Target): PreparedRequest {
  const codec = codecs[target.dialect.name];
  if (target.dialect.name === inference.dialect) return patchRequest(request, inference.operation, target, codec);
  const prepared = translateRequest(request, target, codec);
  const [first] = prepared.dropped;
  if (first === undefined || settings.onUnsupported === "drop") return prepared;
  throw new GatewayError(
    "unsupported_parameter",
    `Cannot carry "${first}" to the model "${target.model}" of "${target.provider.id}"`,
    { param: first },
  );
}

/** Same dialect: the client's bytes with the listed changes. */
function patchRequest(request: DecodedRequest, operation: Operation, target: Target, codec: Codec): PreparedRequest {
  const changes = codec.patchRequest(request.envelope, targetFacts(target));
  return { path: pathFor(operation, target), body: spliceTopLevel(request.scan, changes), headers: {}, dropped: [] };
}

/** Another dialect: the whole request through the pivot. */
function translateRequest(request: DecodedRequest, target: Target, codec: Codec): PreparedRequest {
  const { body, headers, dropped } = codec.encodeRequest(request.full(), targetFacts(target));
  return { path: target.dialect.path, body: JSON.stringify(body), headers, dropped };
}

/** Paths of the operations that have no dialect of their own, beside the path of the dialect they belong to. */
function pathFor(operation: Operation, target: Target): string {
  const { path } = target.dialect;
  switch (operation) {
    case "completion":
      return path;
    case "count-tokens":
      return `${path}/count_tokens`;
    case "embeddings":
      return path.replace(/\/chat\/completions$/, "/embeddings");
    case "text-completion":
      return path.replace(/\/chat\/completions$/, "/completions");
  }
}

function targetFacts(target: Target): TargetFacts {
  const maxOutputTokens = target.facts?.maxOutputTokens;
  return {
    model: target.model,
    quirks: target.provider.quirks,
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
  };
}
