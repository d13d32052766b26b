import type { InferenceRequest } from "#core/inference";
import type { Snapshot, VirtualKey } from "#core/snapshot";
import type { DecodedRequest, Operation } from "#dialects/operation";
import { changeFields } from "#dialects/request-body";
import { type FieldChanges, removed } from "#lib/json-splice";
import type { FindIds } from "#objects/find-ids";
import { joinLists, readConversation } from "#objects/kept/conversation";
import type { KeptResponses } from "#objects/kept/kept-responses";
import { isHere } from "#objects/origins";
import { decodeRequest } from "../request/decode-request";
import { type Continued, inputIn } from "./answer-keeping";

type Asking = {
  readonly inference: InferenceRequest;
  readonly operation: Operation;
  readonly key: VirtualKey | undefined;
  readonly snapshot: Snapshot;
};

/** A request with all that was said before in its own body, as if its client had sent that. */
export type ContinuedRequest = { readonly request: DecodedRequest; readonly continued: Continued };

/** Undefined where it goes on from nothing that is kept here. Rejects with GatewayError `not_found` where that is gone. */
export async function continueKept(
  { found, kept }: { readonly found: FindIds; readonly kept: KeptResponses },
  request: DecodedRequest,
  { inference, key, operation, snapshot }: Asking,
): Promise<ContinuedRequest | undefined> {
  const owner = key?.id ?? "";
  const { body, envelope } = request;
  for (const { field, id: name, kind } of envelope.objects ?? []) {
    const opened = found.of(snapshot.settings)?.open(name, kind, owner);
    if (opened === undefined || !isHere(opened.origin)) continue;
    const said = await readConversation(kept, opened.id, owner, snapshot.settings.maxBodyBytes);
    const input = inputIn(body);
    const changes: FieldChanges = { input: Buffer.from(joinLists([...said, input])), [field]: removed };
    const bytes = changeFields(body, changes);
    return { request: decodeRequest(inference, bytes, operation), continued: { name, previous: opened.id, input } };
  }
  return undefined;
}
