import type { Completion } from "#core/completion";
import { inputTotal, noUsage } from "#core/usage";
import { isObject, type Json, type JsonObject } from "#lib/json";
import { InvalidAnswer } from "./operation";
import { countOf } from "./token-count";
import type { Codec, Translation } from "./translation";

/** How a dialect counts the tokens of a request. */
export type CountWords = {
  readonly encodeRequest: Codec["encodeRequest"];
  /** The field of an answer that has the number. */
  readonly field: string;
  readonly encodeAnswer: (tokens: number) => JsonObject;
};

/**
 * Counting through the pivot: a request as any other, and an answer that has no items, only an input. Its tokens were not
 * used, so that nothing of it is charged.
 */
export function countTranslation({ encodeAnswer, encodeRequest, field }: CountWords): Translation {
  return {
    endpoint: {
      encodeResponse: ({ usage = noUsage }: Completion) => encodeAnswer(inputTotal(usage)),
      createStreamEncoder: neverStreamed,
    },
    codec: {
      encodeRequest,
      decodeResponse: (body: Json): Completion => {
        const input = isObject(body) ? countOf(body, field) : undefined;
        if (input === undefined) throw new InvalidAnswer(`it has no number of tokens in "${field}"`);
        return { id: "", model: "", items: [], finishes: [], usage: { ...noUsage, input }, extensions: {} };
      },
      createStreamDecoder: neverStreamed,
    },
  };
}

function neverStreamed(): never {
  throw new InvalidAnswer("counts of tokens are not streamed");
}
