import { type Dialect, dialects } from "./pairs.ts";

/** What translated answers lose by their kind, and why that cannot be helped. */
export type AnswerLoss = {
  /** What is lost, as the judge names it. */
  readonly what: string;
  readonly clients: readonly Dialect[];
  /** Absent: whichever dialect the provider speaks. */
  readonly providers?: readonly Dialect[];
  readonly why: string;
};

const withoutImages = ["anthropic-messages", "bedrock-invoke"] as const;

export const answerLosses: readonly AnswerLoss[] = [
  {
    what: "server tools",
    clients: dialects,
    why: "tools that the provider runs itself: only its own dialect has words for them; the text around them is kept",
  },
  {
    what: "citations of what has no address",
    clients: dialects,
    why: "they point into a document, a file or a container; only addresses are cited in every dialect",
  },
  {
    what: "compaction block",
    clients: dialects,
    why: "a summary that Anthropic wants back in place of the history",
  },
  { what: "compaction item", clients: dialects, why: "the same of OpenAI's, encrypted" },
  {
    what: "fallback block",
    clients: dialects,
    why: "Anthropic's note that another model took over; the answer names it",
  },
  ...["apply_patch_call", "local_shell_call", "shell_call"].map((item) => ({
    what: `${item} item`,
    clients: dialects,
    why: "a tool of OpenAI's that its own clients run; no other dialect can ask for it",
  })),
  {
    what: "second choice",
    clients: dialects.filter((client) => client !== "gemini" && client !== "openai-chat"),
    why: "the dialect has one answer",
  },
  {
    what: "logprobs",
    clients: ["anthropic-messages", "bedrock-converse", "bedrock-invoke"],
    why: "the dialect has none",
  },
  {
    what: "audio",
    clients: dialects.filter((client) => client !== "openai-chat"),
    why: "the dialect has no sound in answers, or OpenAI's says nothing of its type",
  },
  {
    what: "reasoning state",
    clients: withoutImages,
    providers: ["gemini"],
    why: "Google's signature of a text that ends the answer: Claude Code takes the last block for the answer, and Google checks those of calls alone",
  },
  {
    what: "image",
    clients: withoutImages,
    why: "Anthropic's models make no pictures: its dialect has no place for one",
  },
];

/** Single recordings that lose what others do not. */
export type SingleLoss = {
  readonly recording: string;
  readonly clients: readonly Dialect[];
  /** How the judge's words begin. */
  readonly what: string;
  readonly why: string;
};

export const singleLosses: readonly SingleLoss[] = [
  ...["1a7ff4f1e1c1", "a4ab78fcc13f"].map((recording) => ({
    recording,
    clients: ["gemini" as const],
    what: "tool calls",
    why: "arguments that were cut off at the output limit are no object; the text of them is told as the argument INVALID_JSON",
  })),
  ...["81fcad2a34b8", "8c755dba4b6d"].map((recording) => ({
    recording,
    clients: ["bedrock-converse" as const],
    what: "refused",
    why: "the recording's picture was cut short and is no base64, which AWS's SDK refuses",
  })),
];

/** What translated requests lose: fields as `x-headgate-dropped` names them, with empty brackets for any place. */
export type RequestLoss = {
  readonly fields: readonly string[];
  /** The dialects of the providers that do not get them. */
  readonly providers: readonly Dialect[];
  readonly why: string;
};

const claude = ["anthropic-messages", "bedrock-invoke", "bedrock-converse"] as const;
const noReasoning = "the model reasons in another way, or not at all";

export const requestLosses: readonly RequestLoss[] = [
  { fields: ["audio", "modalities"], providers: dialects, why: "the dialect, or its model, answers in text" },
  {
    fields: ["messages[].content[]", "contents[].content[]", "input[].content[]"],
    providers: dialects,
    why: "media that the dialect has no place for or cannot fetch, state that only its own provider can read, blocks of the provider's own tools",
  },
  {
    fields: ["contents[].content[].signature"],
    providers: dialects,
    why: "a thought signature that only Google can read",
  },
  {
    fields: ["contents[].parts[].thoughtSignature"],
    providers: ["gemini"],
    why: "respelled: the model refuses calls without a signature, and takes Google's word for one that comes from elsewhere",
  },
  {
    fields: ["finish_message"],
    providers: ["gemini"],
    why: "of the recorded answer that comes back: Google's words for an unusual end, for which no other dialect has a place",
  },
  { fields: ["messages[]"], providers: claude, why: "a turn of nothing but what is dropped is left out" },
  {
    fields: ["messages[].role"],
    providers: [...claude, "gemini"],
    why: "instructions alone are no request: they become the user's turn",
  },
  { fields: ["logprobs"], providers: claude, why: "the dialect has none" },
  {
    fields: ["seed", "generationConfig.seed"],
    providers: [...claude, "openai-responses"],
    why: "the dialect has none",
  },
  {
    fields: [
      ...["frequency_penalty", "presence_penalty"],
      ...["generationConfig.frequencyPenalty", "generationConfig.presencePenalty"],
    ],
    providers: dialects,
    why: "the dialect has none, or the model refuses them",
  },
  {
    fields: ["top_k", "generationConfig.topK"],
    providers: dialects,
    why: "the dialect has none, or the model refuses it",
  },
  {
    fields: ["stop", "stop_sequences", "generationConfig.stopSequences", "inferenceConfig.stopSequences"],
    providers: dialects,
    why: "the dialect has none, or the model takes fewer or refuses them",
  },
  { fields: ["safetySettings"], providers: dialects, why: "Google's own" },
  { fields: ["web_search_options", "tools[]"], providers: dialects, why: "a tool that the provider runs itself" },
  {
    fields: [
      ...["response_format", "output_config.format", "outputConfig.textFormat", "text.format"],
      "generationConfig.responseMimeType",
    ],
    providers: claude,
    why: "the dialect has no JSON without a schema, or the model knows no schema of its answer",
  },
  {
    fields: ["tools[].strict", "toolConfig.tools[].toolSpec.strict"],
    providers: [...claude, "gemini"],
    why: "the model, or the dialect, knows no strict tools",
  },
  {
    fields: [
      ...["temperature", "top_p", "inferenceConfig.temperature", "inferenceConfig.topP"],
      ...["generationConfig.temperature", "generationConfig.topP"],
    ],
    providers: dialects,
    why: "the model refuses it, alone or beside another, or takes a smaller one",
  },
  {
    fields: [
      ...["reasoning_effort", "reasoning", "thinking", "output_config", "output_config.effort"],
      "generationConfig.thinkingConfig",
    ],
    providers: dialects,
    why: noReasoning,
  },
  {
    fields: ["max_completion_tokens", "max_tokens"],
    providers: ["openai-chat"],
    why: "more than the model can write, or known to it by its newer name",
  },
  { fields: ["service_tier"], providers: ["bedrock-invoke"], why: "Bedrock has tiers of its own" },
];

/** Recorded requests that no translation can carry; the client is told so with status 400. */
export type RefusedRequest = {
  readonly client: Dialect;
  readonly request: string;
  readonly message: string;
  readonly why: string;
};

export const refusedRequests: readonly RefusedRequest[] = [
  {
    client: "gemini",
    request: "83715e68b41a",
    message: 'Cannot read the request: "contents[0].role" must be user or model, found "invalid_role"',
    why: "the role is made up; the provider itself answered 400",
  },
  {
    client: "openai-chat",
    request: "01c4d60242b0",
    message: 'Cannot read the request: "messages[0].content" must be a string or an array, found null',
    why: "a user message without content says nothing; the provider itself answered 400",
  },
  {
    client: "openai-chat",
    request: "0bf635f72d2a",
    message: 'Cannot carry the request: "messages" must hold a text, found none that is not empty',
    why: "messages take no empty text, and a request of nothing else says nothing",
  },
  ...["e351adfa7c7c", "fc2b1d9f5f94"].map((request) => ({
    client: "openai-chat" as const,
    request,
    message: 'Cannot ask MODEL for 2 choices: "n" must be 1 for this model',
    why: "a message is one answer, and one in place of two would go unnoticed",
  })),
];

/** Recorded requests that their own dialect's provider gets otherwise than the client wrote them, because the model asks for it. */
export const mendedRequests: readonly { readonly request: string; readonly why: string }[] = [
  ...["b09e12590884", "939055e091a3", "84dfbfad4b94"].map((request) => ({
    request,
    why: "a temperature of 1 says nothing, and the model refuses any other",
  })),
  { request: "01c4d60242b0", why: "the model refuses temperatures, and knows the output limit by its newer name" },
  { request: "e2bc35035f99", why: "a text of nothing but a blank is refused" },
  { request: "228229a49dda", why: "Claude takes temperatures up to 1" },
];

/**
 * What API descriptions say against requests that pass as their clients wrote them, and providers accepted: protocol buffers
 * take the numbers of enums, words in small letters, and null.
 */
export const excusedProblems: readonly { readonly dialect: Dialect; readonly problem: RegExp }[] = [
  {
    dialect: "gemini",
    problem:
      /(?:safetySettings\.\d+\.\w+|\btype|\bmode|description): (?:Expected type string|Value .* is not in allowed values)/,
  },
];

/** Recorded answers that no client can be given whole, from any gateway: it is told of an error. */
export const brokenRecordings: readonly { readonly recording: string; readonly why: string }[] = [
  { recording: "6ec90bad81ae", why: "the stream begins a second message inside the first" },
  { recording: "1abbe54fddc2", why: "two of its events are no JSON" },
  { recording: "2497e02dc9bf", why: "the stream ends without saying that it is complete" },
  { recording: "3d85297d8213", why: "a stream of one candidate without parts" },
  { recording: "3d902ea45997", why: "a stream of one candidate without content" },
  { recording: "9a5598d952fc", why: "its only candidate has neither parts nor a reason" },
  { recording: "d03477c21ad1", why: "its only candidate has neither content nor a reason" },
  { recording: "1cc362ce7c6c", why: "it has no candidate and no reason" },
];
