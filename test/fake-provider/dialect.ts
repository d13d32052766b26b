import type { ScriptedEvent } from "./script.ts";

/** A request that has been read. */
export type FakeRequest = {
  /** The path below whatever names the version or a played provider. */
  readonly endpoint: string;
  readonly query: URLSearchParams;
  readonly body: { readonly [key: string]: unknown };
  readonly headers: { readonly [name: string]: string };
  readonly id: number;
};

/** One of the wire formats that the fake provider speaks, as its own maker would. */
export type FakeDialect = {
  /** Where in the headers a key stands, and what is said of one that is not known. */
  readonly keyHeader?: string;
  readonly wrongKey: { readonly status: number; readonly code?: string; message(key: string): string };
  /** The answer to a valid request; throws `Refusal` for any other. */
  answer(request: FakeRequest): FakeAnswer;
  /** The body of an error in this provider's shape. */
  errorBody(status: number, message: string, code?: string, param?: string): unknown;
  /** Headers that this provider puts on every answer; a gateway must not hand all of them on. */
  headers(id: number): { readonly [name: string]: string };
  readonly streamType: string;
};

export type FakeAnswer = {
  readonly whole: unknown;
  readonly stream: boolean;
  readonly events: readonly ScriptedEvent[];
  /** What closes a stream besides its events; the chat dialect's `[DONE]`. */
  readonly terminator: string;
  readonly delayMs: number;
};

export function wholeOnly(whole: unknown): FakeAnswer {
  return { whole, stream: false, events: [], terminator: "", delayMs: 0 };
}

/** A request that the provider would refuse. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly code?: string,
    readonly param?: string,
  ) {
    super(message);
  }
}

export function refuse(status: number, message: string, code?: string, param?: string): never {
  throw new Refusal(status, message, code, param);
}

/** The models that exist; anything else is the provider's own 404. */
export const fakeModels: readonly string[] = [
  ...["fake-gpt", "fake-gpt-mini", "fake-claude", "fake-claude-mini", "fake-gemini", "fake-nova", "fake-mistral"],
  ...["fake-embed", "amazon.titan-embed-text-v2:0", "cohere.embed-v4:0"],
  // Of these the gateway knows what they take and what they refuse.
  ...["gpt-5.1", "claude-sonnet-4-5", "gemini-2.5-flash", "gemini-3-pro-preview"],
  ...["anthropic.claude-sonnet-4-5-20250929-v1:0", "amazon.nova-pro-v1:0", "amazon.nova-2-lite-v1:0"],
];
