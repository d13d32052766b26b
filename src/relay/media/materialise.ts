import type { CompletionRequest, Part } from "#core/completion";
import { GatewayError } from "#core/errors";
import type { MediaPolicy } from "#core/media-policy";
import type { Target } from "#core/target";
import { findDialect, findOperation } from "#dialects/find-dialect";
import type { TargetFacts } from "#dialects/target-facts";
import type { Codec } from "#dialects/translation";
import type { FetchedMedia, MediaAddress, MediaFetcher } from "#media/media-fetcher";
import type { PendingRequest } from "../pending-request";
import type { RelayServices } from "../relay-services";
import type { FittedTargets } from "../request/fitted-targets";
import { withRequest } from "../request/with-request";
import { addressesIn, samples, withBytes, withMedia } from "./linked-media";

type Services = Pick<RelayServices, "dialects"> & { readonly targets: FittedTargets };

/**
 * One request, as targets take it that want bytes where its client gave addresses. What one attempt has fetched the next ones
 * have.
 */
export class Materialised {
  private readonly fetched = new Map<string, FetchedMedia>();

  constructor(
    private readonly services: Services,
    private readonly pending: PendingRequest,
    private readonly policy: MediaPolicy,
    private readonly fetchMedia: MediaFetcher,
  ) {}

  /**
   * The request for this target: at once where it takes all as it is. Rejects with GatewayError `invalid_request` where something
   * cannot be fetched.
   */
  for(target: Target): PendingRequest | Promise<PendingRequest> {
    const { operation, operationName, request, running } = this.pending;
    const { dialects, targets } = this.services;
    if (target.dialect.name === this.pending.dialect.name || operation.translation === undefined) return this.pending;
    const spoken = findOperation(findDialect(dialects, target.dialect.name), operationName);
    if (spoken.translation === undefined) return this.pending;
    const whole = request.full();
    const addresses = addressesIn(whole);
    if (addresses.length === 0) return this.pending;
    const { facts } = targets.find(target, spoken, "translated", running.settings.defaultMaxOutputTokens);
    const { codec } = spoken.translation;
    const wanted = addresses.filter((address) => wantsBytes(codec, whole, facts, address));
    return wanted.length === 0 ? this.pending : this.with(wanted, whole);
  }

  private async with(wanted: readonly MediaAddress[], whole: CompletionRequest): Promise<PendingRequest> {
    const missing = new Map(wanted.map((address) => [nameOf(address), address] as const));
    for (const known of this.fetched.keys()) missing.delete(known);
    const came = await this.fetchMedia([...missing.values()], this.policy, this.pending.running.inference);
    for (const [index, name] of [...missing.keys()].entries()) {
      const media = came[index];
      if (media !== undefined) this.fetched.set(name, media);
    }
    const names = new Set(wanted.map(nameOf));
    const find = (address: MediaAddress) => {
      const name = nameOf(address);
      return names.has(name) ? this.fetched.get(name) : undefined;
    };
    return withRequest(this.pending, withMedia(whole, find));
  }
}

function nameOf({ kind, url }: MediaAddress): string {
  return `${kind} ${url}`;
}

/** Whether the target would lose the address, and not the bytes: found out by writing a request of nothing else. */
function wantsBytes(codec: Codec, whole: CompletionRequest, facts: TargetFacts, address: MediaAddress): boolean {
  const part = partAt(address);
  return isLost(codec, whole, facts, part) && !isLost(codec, whole, facts, withBytes(part, samples[address.kind]));
}

function partAt({ kind, url }: MediaAddress): Part {
  if (kind === "audio") return { type: "audio", data: url };
  return { type: kind, source: { type: "url", url } };
}

function isLost(codec: Codec, { model }: CompletionRequest, facts: TargetFacts, part: Part): boolean {
  const messages = [{ role: "user", content: [part] }] as const;
  const alone = { model, stream: false, streamUsage: false, messages, tools: [], stop: [], n: 1, extensions: {} };
  try {
    return codec.encodeRequest(alone, facts).dropped.length > 0;
  } catch (cause) {
    if (cause instanceof GatewayError) return true;
    throw cause;
  }
}

/** Undefined where nothing is fetched for anybody. */
export function materialisedFor(
  services: Services & Pick<RelayServices, "media">,
  pending: PendingRequest,
): Materialised | undefined {
  const { materialise } = pending.running.settings;
  if (materialise === undefined || services.media === undefined) return undefined;
  return new Materialised(services, pending, materialise, services.media);
}
