import type { Form } from "./conversation.ts";

/** A client of one dialect in one conversation: it keeps what it said and what came back, as its SDK does. */
export type Talk = {
  /** Says something to the model, with the image and the document where it is the first turn. */
  readonly say: (text: string, media?: Media) => void;
  /** Answers the calls of the last turn, in their order. */
  readonly answer: (results: readonly Result[]) => void;
  readonly request: (model: string, form: Form) => Request;
  /** Takes an answer over, and tells what it said. Throws for one that its SDK could not read. */
  readonly take: (response: Response, form: Form) => Promise<Said>;
};

export type Request = {
  readonly path: string;
  readonly body: { readonly [key: string]: unknown };
  readonly headers?: { readonly [name: string]: string };
};

/** Both in base64. */
export type Media = { readonly png: string; readonly pdf: string; readonly title: string };
export type Called = { readonly id: string; readonly name: string; readonly arguments: unknown };
export type Result = { readonly call: Called; readonly text: string };

export type Said = { readonly text: string; readonly reasoning: string; readonly calls: readonly Called[] };

/** One kind of client. */
export type Client = {
  readonly name: string;
  readonly dialect: string;
  /** It gives thinking and its signatures back. */
  readonly keepsState: boolean;
  readonly begin: (system: string, tools: readonly Tool[]) => Talk;
};

export type Tool = { readonly name: string; readonly description: string; readonly schema: object };
