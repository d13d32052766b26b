import type { DecodedRequest } from "#dialects/operation";
import type { Endpoint, StreamEncoder, Translation } from "#dialects/translation";
import type { Outcome } from "#governance/outcome";
import type { RunningRequest } from "#governance/running-request";
import { isObject, tryParseJson } from "#lib/json";
import { writeJson } from "#lib/json-text";
import { inputItems } from "#objects/kept/conversation";
import { type KeptResponses, mostKeptBytes } from "#objects/kept/kept-responses";

/** What a request goes on from: the response as the client named it, what it is kept under, and the items that are new. */
export type Continued = { readonly name: string; readonly previous: string; readonly input: string };

type Parts = {
  readonly kept: KeptResponses;
  readonly running: RunningRequest;
  /** The id that the client is told. */
  readonly id: string;
  readonly continued: Continued | undefined;
};

/**
 * Keeps the answer of one request, where a provider of another dialect gives it: what was asked is noted when such a provider is
 * asked, the answer when it is written, and both are saved before its last byte goes out.
 */
export class AnswerKeeping {
  private input: string | undefined;
  private response: string | undefined;

  constructor(private readonly parts: Parts) {}

  /** The id that the answer gets; undefined where too much was asked for to be kept. */
  begin({ body }: Pick<DecodedRequest, "body">): string | undefined {
    const { continued, id } = this.parts;
    this.input = continued?.input ?? inputIn(body);
    return this.input.length > mostKeptBytes ? undefined : id;
  }

  /** Through the endpoint that writes the answer: the last event of a stream has all of it. */
  through({ codec, endpoint }: Translation): Translation {
    const encodeResponse: Endpoint["encodeResponse"] = (completion, context) => {
      const response = endpoint.encodeResponse(completion, context);
      this.response = writeJson(response);
      return response;
    };
    return {
      codec,
      endpoint: { encodeResponse, createStreamEncoder: (context) => this.watch(endpoint.createStreamEncoder(context)) },
    };
  }

  private watch(encoder: StreamEncoder): StreamEncoder {
    return {
      ...encoder,
      push: (event) => {
        const text = encoder.push(event);
        if (event.type === "end") this.response = responseIn(text);
        return text;
      },
    };
  }

  /** Of an answer that is complete. Rejects where it cannot be kept. */
  async save({ outcome }: Pick<Outcome, "outcome">): Promise<void> {
    const { input, response } = this;
    const { continued, kept, running } = this.parts;
    if (outcome !== "ok" || input === undefined || response === undefined) return;
    const owner = running.principal.key?.id ?? "";
    const { previous } = continued ?? {};
    await kept.save(running.id, owner, { input, response, ...(previous !== undefined && { previous }) });
  }
}

/** The items that a body asks, as they were written. */
export function inputIn(body: DecodedRequest["body"]): string {
  if (body.kind !== "json") return "[]";
  const field = body.fields.find(({ key }) => key === "input");
  if (field === undefined) return "[]";
  const written = body.bytes.subarray(field.valueStart, field.valueEnd).toString();
  return inputItems(tryParseJson(written), written);
}

/** The response in the last of some events. */
function responseIn(text: string): string | undefined {
  const at = text.lastIndexOf("data: ");
  const event = at < 0 ? undefined : tryParseJson(text.slice(at + "data: ".length));
  return isObject(event) && isObject(event.response) ? JSON.stringify(event.response) : undefined;
}
