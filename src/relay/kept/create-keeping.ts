import type { DecodedRequest, Operation } from "#dialects/operation";
import type { CloseRequest } from "#governance/close-request";
import type { RunningRequest } from "#governance/running-request";
import type { FindIds } from "#objects/find-ids";
import type { KeptResponses } from "#objects/kept/kept-responses";
import { here } from "#objects/origins";
import { AnswerKeeping, type Continued } from "./answer-keeping";

type Parts = {
  readonly found: FindIds;
  readonly kept: KeptResponses | undefined;
};

/** Undefined where what comes of a request is not to be kept: as it says itself, as its key's content policy does. */
export function keepingFor(
  { found, kept }: Parts,
  { operation, request }: { readonly operation: Operation; readonly request: DecodedRequest },
  running: RunningRequest,
  continued: Continued | undefined,
): AnswerKeeping | undefined {
  const isWanted = operation.keepsAnswers === true && request.envelope.isStored === true && running.kept !== undefined;
  const ids = isWanted && kept !== undefined ? found.of(running.settings) : undefined;
  if (ids === undefined || kept === undefined) return undefined;
  const owner = running.principal.key?.id ?? "";
  const id = ids.seal({ kind: "resp", owner, origin: here, id: running.id });
  return new AnswerKeeping({ kept, running, id, continued });
}

/** Saved before the request is recorded, and so before its last byte goes out: who is told an id finds it. */
export function closeWith(
  keeping: AnswerKeeping,
  close: CloseRequest,
  onFailure: (cause: unknown) => void,
): CloseRequest {
  return async (outcome) => {
    await keeping.save(outcome).catch(onFailure);
    return close(outcome);
  };
}
