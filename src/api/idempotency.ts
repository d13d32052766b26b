import { hash } from "node:crypto";
import type { Idempotency, Origin } from "#audit/origin";
import { ControlError } from "#core/control-error";
import type { KeptAnswerRepository } from "#store/config/repositories";
import { HttpError } from "./problem";
import type { ApiResponse } from "./response";

export const idempotencyHeader = "idempotency-key";

/** Carries a POST out once for each `Idempotency-Key` of an actor, by draft-ietf-httpapi-idempotency-key-header. */
export type IdempotentPosts = {
  /** Runs `handle`, or gives the answer that the same request had before, at most a day ago. */
  readonly answer: (origin: Origin, handle: () => Promise<ApiResponse>) => Promise<ApiResponse>;
};

/**
 * The answer is kept by the transaction of the change (`Configuration.create`). One that is not there when the request is
 * carried out, because it changed nothing in the store, is kept after it. Refusals are not kept: nothing was done.
 */
export function createIdempotentPosts(answers: KeptAnswerRepository, nowMs: () => number): IdempotentPosts {
  const running = new Set<string>();
  const carryOut = async ({ actor, idempotency }: Origin, handle: () => Promise<ApiResponse>): Promise<ApiResponse> => {
    if (idempotency === undefined) return handle();
    const { key, fingerprint } = idempotency;
    const kept = await answers.find(actor, key, nowMs());
    if (kept === undefined) {
      const { status, contentType, body, ...rest } = await handle();
      if ((await answers.find(actor, key, nowMs())) === undefined)
        await answers.keep({ actor, key, fingerprint, atMs: nowMs(), status, contentType, body });
      return { status, contentType, body, ...rest };
    }
    if (kept.fingerprint !== fingerprint)
      throw new HttpError(422, "Cannot use this Idempotency-Key: another request had it, a new one is needed");
    return { status: kept.status, contentType: kept.contentType, body: kept.body, replayed: true };
  };
  return {
    answer: async (origin, handle) => {
      if (origin.idempotency === undefined) return handle();
      const name = `${origin.actor} ${origin.idempotency.key}`;
      if (running.has(name))
        throw new ControlError(
          "conflict",
          "Cannot answer yet: the first request with this Idempotency-Key is still running",
        );
      running.add(name);
      try {
        return await carryOut(origin, handle);
      } finally {
        running.delete(name);
      }
    },
  };
}

/** What the header says; undefined without one. The draft has it in quotes, many clients leave them out. */
export function readIdempotency(request: Request, body: string): Idempotency | undefined {
  const header = request.headers.get(idempotencyHeader);
  if (request.method !== "POST" || header === null) return undefined;
  const [, quoted, bare] =
    /^"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"$|^([\x21\x23-\x7e]{1,255})$/.exec(header.trim()) ?? [];
  const key = quoted ?? bare;
  if (key === undefined)
    throw new ControlError("invalid", "Cannot use the Idempotency-Key: 1 to 255 printable characters are needed");
  const { pathname, search } = new URL(request.url);
  return { key, fingerprint: hash("sha256", JSON.stringify([pathname, search, body]), "hex") };
}
