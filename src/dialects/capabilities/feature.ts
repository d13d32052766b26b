import type { Completion, CompletionRequest, DialectId } from "#core/completion";
import type { Json } from "#lib/json";

/** Something that a request can say, tried on every pair of dialects. */
export type RequestFeature = {
  readonly id: string;
  /** What it is, in a few words, e.g. `image by address`. */
  readonly says: string;
  /** Fields of a request that say it. `state`: the dialect whose provider's opaque reasoning state is meant. */
  readonly request: (state: DialectId) => Partial<CompletionRequest>;
  /** What a request says of it; undefined where it says nothing. */
  readonly seen: (request: CompletionRequest) => Json | undefined;
  /** Words or data of it that a body in another form still holds. */
  readonly trace?: string;
  /** Its clients have it from an answer, in a form that only the gateway reads. */
  readonly fromAnswer?: true;
  /** It stands at an address: the feature that it is once it was fetched. */
  readonly fetchedAs?: string;
};

/** Something that an answer can hold. */
export type AnswerFeature = {
  readonly id: string;
  readonly says: string;
  readonly answer: (state: DialectId) => Partial<Completion>;
  readonly seen: (completion: Completion) => Json | undefined;
  readonly trace?: string;
  /** What the request asked for, where answers have it only then. */
  readonly asked?: Partial<CompletionRequest>;
};
