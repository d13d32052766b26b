import type { Clock } from "#core/clock";
import type { Target } from "#core/target";
import type { Dialects } from "#dialects/dialect";
import { findDialect } from "#dialects/find-dialect";
import { InvalidAnswer } from "#dialects/operation";
import { isObject, type JsonObject, tryParseJson } from "#lib/json";
import { constantHeaders } from "#providers/auth/headers";
import type { Signer } from "#providers/auth/signer";
import { failureFrom } from "#relay/attempt/upstream-failure";
import type { UpstreamClient } from "#upstream/upstream";

export type TrialParts = {
  readonly dialects: Dialects;
  readonly signer: Signer;
  readonly upstream: UpstreamClient;
  readonly clock: Pick<Clock, "nowMs" | "monotonicMs">;
};

type Call = {
  /** Behind the base URL. */
  readonly path: string;
  /** Makes it a POST. */
  readonly body?: JsonObject;
  readonly headers?: { readonly [name: string]: string };
};

const maxAnswerBytes = 4 * 1024 * 1024;

/** One call as an attempt of the relay makes it, and rejects as one does: with AttemptFailure, GatewayError or InvalidAnswer. */
export async function askProvider(
  { clock, dialects, signer, upstream }: TrialParts,
  target: Target,
  call: Call,
): Promise<{ readonly status: number; readonly json: JsonObject }> {
  const { provider } = target;
  signer.check(provider);
  const method = call.body === undefined ? "GET" : "POST";
  const body = call.body === undefined ? "" : JSON.stringify(call.body);
  const headers = { ...constantHeaders(target, "application/json"), ...call.headers };
  const signed = await signer.sign({ method, url: provider.baseUrl + call.path, headers, body }, target);
  const response = await upstream({
    ...signed,
    method,
    body,
    timeouts: provider.timeouts,
    allowPrivateNetwork: provider.allowPrivateNetwork,
    caller: { signal: new AbortController().signal },
  });
  const { status } = response;
  if (status >= 300)
    throw await failureFrom(response, target, findDialect(dialects, target.dialect.name), clock.nowMs());
  const json = tryParseJson(new TextDecoder().decode(await response.whole(maxAnswerBytes)));
  if (!isObject(json)) throw new InvalidAnswer("it is not JSON");
  return { status, json };
}
