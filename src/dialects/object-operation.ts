import type { Demand } from "#core/demand";
import { isObject, type Json } from "#lib/json";
import type { ObjectPlace, Operation, ResponseFacts, StreamForm } from "./operation";
import { failureOfWhole } from "./read-failure";

type Made = Pick<Operation, "keptAnswer" | "objectPlaces"> & {
  readonly path: string;
  /** Absent where its answer is never streamed. */
  readonly stream?: StreamForm;
  readonly meter?: (body: Json) => ResponseFacts | undefined;
};

/** What is done with a stored object: passed on to where it lives, and paid for when it was made. */
export function objectOperation({ keptAnswer, meter = anyObject, objectPlaces, path, stream }: Made): Operation {
  return {
    paths: { whole: path },
    body: "optional-json",
    envelopeFields: ["model"],
    decodeEnvelope: ({ model }) => ({
      model: typeof model === "string" ? model : "",
      stream: false,
      n: 1,
      streamUsage: false,
    }),
    charge: "nothing",
    demand: () => nothing,
    patchRequest: () => ({}),
    ...(objectPlaces !== undefined && { objectPlaces }),
    ...(keptAnswer !== undefined && { keptAnswer }),
    answer: {
      kind: "json",
      failure: (body) => (isStored(body) ? undefined : failureOfWhole(body, false)),
      meter,
      textBytes: () => 0,
      ...(stream !== undefined && { stream }),
    },
  };
}

/** Where ids of a kind stand in an answer that is one object of it, or a page of them. */
export function placesOf(kind: string): readonly ObjectPlace[] {
  return [["id"], ["data", "*", "id"], ["first_id"], ["last_id"]].map((path) => ({ kind, path }));
}

/** Of one that failed its error is a part. */
function isStored(body: Json): boolean {
  return isObject(body) && (typeof body.object === "string" || typeof body.id === "string");
}

function anyObject(body: Json): ResponseFacts | undefined {
  return isObject(body) ? {} : undefined;
}

const nothing: Demand = {
  textBytes: 0,
  hasTools: false,
  inputTokens: 0,
  likelyInputTokens: 0,
  audio: false,
  hourCache: false,
  images: [],
  linkedImages: 0,
  documents: [],
  refersElsewhere: false,
  answers: 0,
  hasOutput: false,
  hostedTools: false,
};
