import { GatewayError } from "#core/errors";
import type { InferenceResponse } from "#core/inference";
import { noProgress } from "#governance/outcome";
import type { KeptResponses } from "#objects/kept/kept-responses";
import type { PendingRequest } from "../pending-request";
import type { Relay } from "../relay";

/** Answers what is asked of a response that is kept here. Never rejects. */
export function createKeptServing(
  { answerLocally, fail }: Pick<Relay, "answerLocally" | "fail">,
  kept: KeptResponses | undefined,
): (pending: PendingRequest) => Promise<InferenceResponse> {
  return async (pending) => {
    const { objects, operation, running } = pending;
    const { inference, principal } = running;
    const { method = "POST", query } = inference;
    const owner = principal.key?.id ?? "";
    const keptId = objects?.pathId ?? "";
    const name = inference.objectPath?.id ?? "";
    try {
      const found = await kept?.read(keptId, owner);
      if (found === undefined || operation.keptAnswer === undefined) throw goneFrom(name);
      const body = operation.keptAnswer({ ...found, id: name }, { method, query });
      if (method === "DELETE" && (await kept?.remove(keptId, owner)) !== true) throw goneFrom(name);
      return await answerLocally(pending, noProgress, () => ({ contentType: "application/json", body }));
    } catch (cause) {
      return fail(pending, noProgress, cause);
    }
  };
}

function goneFrom(id: string): GatewayError {
  return new GatewayError("not_found", `Cannot find the response "${id}": it was deleted, or is kept no longer`, {
    param: "id",
  });
}
