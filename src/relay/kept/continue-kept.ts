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
import { inputWithItems, mayNameItems } from "./kept-items";

type Asking = {
  readonly inference: InferenceRequest;
  readonly operation: Operation;
  readonly key: VirtualKey | undefined;
  readonly snapshot: Snapshot;
};

/** A request with all that was said before in its own body, as if its client had sent that. */
export type ContinuedRequest = { readonly request: DecodedRequest; readonly continued: Continued | undefined };

type Parts = { readonly found: FindIds; readonly kept: KeptResponses };

/** Whether a request may refer to anything that is kept here. */
export function mayNameKept(request: DecodedRequest, operation: Operation): boolean {
  return request.envelope.objects !== undefined || mayNameItems(request, operation);
}

/** As it is where it refers to nothing that is kept here. Rejects with GatewayError `not_found` where what it goes on from is gone. */
export async function continueKept(parts: Parts, asked: DecodedRequest, asking: Asking): Promise<ContinuedRequest> {
  const { inference, key, operation, snapshot } = asking;
  const owner = key?.id ?? "";
  let request = asked;
  if (mayNameItems(asked, operation)) {
    const input = await inputWithItems(parts.kept, asked, operation, owner, snapshot.settings.maxBodyBytes);
    if (input !== undefined)
      request = decodeRequest(
        inference,
        changeFields(asked.body, { input: Buffer.from(input) }),
        operation,
        asked.gateway,
      );
  }
  return (await continued(parts, request, asking)) ?? { request, continued: undefined };
}

async function continued(
  { found, kept }: Parts,
  request: DecodedRequest,
  { inference, key, operation, snapshot }: Asking,
): Promise<ContinuedRequest | undefined> {
  const owner = key?.id ?? "";
  const { body, envelope, gateway } = request;
  for (const { field, id: name, kind } of envelope.objects ?? []) {
    const opened = found.of(snapshot.settings)?.open(name, kind, owner);
    if (opened === undefined || !isHere(opened.origin)) continue;
    const said = await readConversation(kept, opened.id, owner, snapshot.settings.maxBodyBytes);
    const input = inputIn(body);
    const changes: FieldChanges = { input: Buffer.from(joinLists([...said, input])), [field]: removed };
    const bytes = changeFields(body, changes);
    return {
      request: decodeRequest(inference, bytes, operation, gateway),
      continued: { name, previous: opened.id, input },
    };
  }
  return undefined;
}
