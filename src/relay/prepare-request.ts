import type { Operation } from "#core/call";
import type { CompletionRequest } from "#core/completion";
import type { Target } from "#core/target";
import type { Codec, Envelope, TargetFacts } from "#dialects/codec";
import { type JsonScan, spliceTopLevel } from "#lib/json-scan";

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

/** Same dialect: the client's bytes with the listed changes. */
export function patchRequest(
  request: DecodedRequest,
  operation: Operation,
  target: Target,
  codec: Codec,
): PreparedRequest {
  const changes = codec.patchRequest(request.envelope, targetFacts(target));
  return { path: pathFor(operation, target), body: spliceTopLevel(request.scan, changes), headers: {}, dropped: [] };
}

/** Another dialect: the whole request through the pivot. */
export function translateRequest(request: DecodedRequest, target: Target, codec: Codec): PreparedRequest {
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

export function targetFacts(target: Target): TargetFacts {
  const maxOutputTokens = target.facts?.maxOutputTokens;
  return {
    model: target.model,
    quirks: target.provider.quirks,
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
  };
}
