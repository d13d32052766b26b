import { count, flag, names, someOf, type TraitSpec, type ValueOf, word } from "./form";

/**
 * What providers and models may differ in, a trait each, in the words of the configuration. A trait that is not known of a
 * target is absent: then a request that passes through is left alone, and a translated one is written in the form that most
 * providers take.
 */
export const vocabulary = {
  reasoning: {
    form: someOf("effort", "adaptive", "budget", "switch", "flag", "template"),
    meaning:
      "How reasoning is asked for, the best way first: an effort, thinking that the model measures itself, a budget of tokens, `thinking: {type}` that is on or off, `enable_thinking` that is true or false, the same in `chat_template_kwargs`. None: it cannot be asked for",
    done: "Asked for another way, it is asked for the first of these; where there is none it is left out",
  },
  efforts: {
    form: someOf("none", "minimal", "low", "medium", "high", "xhigh", "max", "default"),
    meaning: "The efforts that are known",
    done: "Another becomes the nearest; `none` without a counterpart becomes the lowest",
  },
  effort_with_tools: {
    form: flag,
    meaning: "Whether functions may stand beside an effort other than `none`",
    done: "Where not, the effort becomes `none` beside functions",
  },
  can_stop_reasoning: {
    form: flag,
    meaning: "Whether it can be told not to reason",
    done: "Where not, `thinking` of type `disabled` is left out",
  },
  reasoning_whole: {
    form: flag,
    meaning: "Whether it reasons about answers that are not streamed",
    done: "Where not, such a request says that it should not",
  },
  forced_tools: {
    form: word("taken", "unless-reasoning", "refused"),
    meaning: "Whether a request may force a tool",
    done: "Where not, the model is left to choose",
  },
  tools: {
    form: word("taken", "refused"),
    meaning: "Whether there can be tools at all",
    done: "Where not, they are left out, and earlier calls and results become text",
  },
  refuses: {
    form: names,
    meaning: "Top-level fields that are refused",
    done: "They are left out; unnamed where they say only what holds anyway (a temperature of 1)",
  },
  refuses_while_reasoning: {
    form: names,
    meaning: "Top-level fields that are refused unless reasoning is off",
    done: "They are left out unless the effort is `none`, or thinking is disabled",
  },
  reasons_by_default: {
    form: flag,
    meaning: "Whether it reasons where nothing is asked for",
    done: "Decides about `refuses_while_reasoning`",
  },
  works_unasked: {
    form: flag,
    meaning: "Whether it searches, or reasons beyond every limit, though nothing in the request asks for it",
    done: "Held for at `hosted_tool_ceiling_usd`, and refused under hard money budgets where that is not set",
  },
  exclusive: {
    form: names,
    meaning: "Top-level fields of which only one may be set",
    done: "The first that is set stays, the others are left out",
  },
  max_temperature: {
    form: count,
    meaning: "The highest temperature",
    done: "A higher one becomes it",
  },
  output_limit: {
    form: word("max_tokens", "max_completion_tokens", "either"),
    meaning: "The name of the output limit",
    done: "The other name becomes it; where both are set, `max_completion_tokens` counts",
  },
  max_output: {
    form: count,
    meaning: "The most tokens of one answer, where a limit has to be sent and neither client nor catalog says one",
    done: "Bounds the limit that is sent then",
  },
  max_output_whole: {
    form: count,
    meaning: "The most tokens of an answer that is not streamed",
    done: "A higher limit becomes it",
  },
  metadata: {
    form: word("taken", "with-store"),
    meaning: "Whether `metadata` may stand without `store: true`",
    done: "Where not, it is left out: nothing is stored that the client did not ask for",
  },
  max_stops: {
    form: count,
    meaning: "How many stop sequences are taken",
    done: "The first ones stay",
  },
  stream_usage: {
    form: flag,
    meaning: "Whether `stream_options` is taken; without it usage comes by itself, or not at all",
    done: "Where not, it is left out",
  },
  seed: {
    form: word("seed", "random_seed"),
    meaning: "The name of the seed",
    done: "`seed` is written by this name",
  },
  service_tiers: {
    form: names,
    meaning: "The service tiers that are known",
    done: "`default` becomes the word for it (`standard_only`, `on_demand`); others are left out, `auto` and `default` unnamed",
  },
  user_length: {
    form: count,
    meaning: "The most characters of `user`",
    done: "A longer one becomes its digest",
  },
  developer_role: {
    form: word("developer", "system", "user"),
    meaning: "The role that a `developer` message has",
    done: "`developer` becomes it; where it is `user`, `system` does too",
  },
  system_place: {
    form: word("anywhere", "first"),
    meaning: "Where messages with instructions may stand",
    done: "Later ones become messages of the user, in their place; several at the beginning become one",
  },
  role_order: {
    form: word("any", "alternating", "no-user-after-tool"),
    meaning: "Which roles may follow each other",
    done: "Neighbours of one role become one message; what the user says after a tool's result is put behind the result",
  },
  list_content: {
    form: someOf("system", "user", "assistant", "tool"),
    meaning: "The roles whose content may be a list of parts",
    done: "A list becomes one text, in which a note stands for what is none",
  },
  blank_texts: {
    form: word("taken", "refused"),
    meaning: "Whether a text may be empty, or white space alone",
    done: "They are left out, and with them a message that holds nothing else",
  },
  null_content: {
    form: word("taken", "refused"),
    meaning: "Whether a message that calls tools may be without content",
    done: "It gets an empty text",
  },
  reasoning_of_calls: {
    form: word("free", "required", "not-empty"),
    meaning:
      "Whether earlier messages that called tools must have `reasoning_content` while it reasons, and one that is not empty",
    done: "Those of other models get an empty one, or a blank",
  },
  call_signatures: {
    form: word("free", "taken", "required"),
    meaning: "Whether calls may carry Gemini's thought signatures, or those of the current turn must",
    done: "Its own come back, through Messages too; where they must, those of other models get the one that asks not to be checked",
  },
  prefill: {
    form: word("taken", "marked", "refused"),
    meaning: "Whether the last message may be the assistant's: as it is, with `prefix: true`, or not",
    done: "It is marked, or followed by a message of the user that asks to go on from there",
  },
  call_ids: {
    form: word("any", "40-characters", "9-letters", "none"),
    meaning: "What ids of tool calls may look like, or that there are none",
    done: "Others are replaced by a digest, in calls and results alike; Gemini's are left out",
  },
  encrypted_reasoning: {
    form: flag,
    meaning: "Whether the state of its reasoning can be had with an answer (`include: reasoning.encrypted_content`)",
    done: "Where it can, translated requests ask for it, so that it comes back in the next turn",
  },
  message_phases: {
    form: flag,
    meaning: "Whether messages of the assistant say if they are commentary or the final answer (`phase`)",
    done: "Where they do, translated ones do too: what was said on the way to calls is commentary",
  },
  free_form_tools: {
    form: flag,
    meaning: "Whether tools may be called with a text that is no JSON (`custom`)",
    done: "Where that is not known, a translated one is offered as a function with one string, `input`",
  },
  tool_name_length: {
    form: count,
    meaning: "The most characters of a tool's name (letters, digits, `_`, `-`)",
    done: "Other names are shortened in tools, choice and history, and given back in the answer",
  },
  strict_tools: {
    form: flag,
    meaning: "Whether tools may say `strict`",
    done: "Where not, it is left out",
  },
  strict_schemas: {
    form: word("any", "closed", "complete"),
    meaning:
      "What schemas of answers and strict tools have to be: objects closed (`additionalProperties: false`), or closed with every property required",
    done: "Objects are closed; a schema that is not complete is sent without `strict`",
  },
  tool_schema_top: {
    form: word("any", "object"),
    meaning: "Whether a tool's schema may be a choice (`anyOf`, `oneOf`, `allOf`) at its top",
    done: "The choices become one object with all their properties; one that they describe otherwise may be what any of them says",
  },
  schema_keywords: {
    form: names,
    meaning: "Keywords that schemas of answers and strict tools may not hold",
    done: "They move into the description",
  },
  response_formats: {
    form: someOf("json_object", "json_schema"),
    meaning: "The forms of answers that can be asked for",
    done: "A schema becomes plain JSON and a sentence in the instructions, or is left out",
  },
  format_with_tools: {
    form: flag,
    meaning: "Whether the form of an answer may be asked for beside functions",
    done: "Where not, it is left out",
  },
  cache_markers: {
    form: someOf("parts", "tools", "top-level"),
    meaning: "Where `cache_control` may stand; at no other place",
    done: "It is left out elsewhere",
  },
  cache_marker_count: {
    form: count,
    meaning: "How many cache markers a request may hold",
    done: "The first ones are left out: what the last ones mark includes it",
  },
  billing_line: {
    form: flag,
    meaning: "Whether it reads Claude Code's line for Anthropic's accounts, in front of the instructions",
    done: "Where not, the line is left out: it is another in every request, and no prompt would be found in a cache",
  },
  fields: {
    form: names,
    meaning: "The only top-level fields that are taken",
    done: "Others are left out",
  },
  message_fields: {
    form: names,
    meaning: "The only fields of messages that are taken",
    done: "Others are left out",
  },
  image_types: {
    form: names,
    meaning: "The media types of images that are taken",
    done: "`image/jpg` becomes `image/jpeg`",
  },
  tokenizer: {
    form: word("o200k", "cl100k"),
    meaning: "The tokenizer by which text is counted, where that is published",
    done: "Input is counted by it where a budget has no room for a token a byte",
  },
  image_tokens: {
    form: count,
    meaning: "The most input tokens that one image counts",
    done: "Held for an image under budgets: where nothing is known 65,536, and for one that stands elsewhere the whole context",
  },
  image_patch: {
    form: count,
    meaning: "The side of the squares of pixels by which an image is counted",
    done: "Held for an image in the request by its size, up to `image_tokens`",
  },
  image_patch_tokens: {
    form: count,
    meaning: "The input tokens of each of these squares, one unless it is said",
    done: "As above",
  },
  image_base: {
    form: count,
    meaning: "The input tokens that each image counts beside its squares",
    done: "As above",
  },
  image_fit: {
    form: word("as-it-is", "short-768", "crop"),
    meaning:
      "What is done with an image before it is cut into squares: nothing; shrunk into 2,048 pixels, then until its shorter side has 768; or cut into squares of two thirds of its shorter side, up to `image_patch`, where it has more than 384 pixels",
    done: "As above",
  },
  page_tokens: {
    form: count,
    meaning: "The most input tokens that a page of a PDF counts beside its text",
    done: "Held for a PDF in the request by its pages and text where a budget has no room for the whole context",
  },
  document_urls: {
    form: flag,
    meaning: "Whether a document may be given by its address",
    done: "A translated one is written so, or else left out",
  },
  document_parts: {
    form: word("file", "document_url"),
    meaning: "What a part with a document is",
    done: "OpenAI's `file` becomes Mistral's `document_url`",
  },
  earlier_reasoning: {
    form: word("dropped", "content", "details"),
    meaning:
      "How the reasoning of earlier turns is given back: not at all, as `reasoning_content`, or as `reasoning_details`",
    done: "Translated reasoning is written so; what the client wrote itself passes",
  },
  messages_version: {
    form: word("vertex-2023-10-16"),
    meaning: "What `anthropic_version` a body has where the path names the model",
    done: "The model is left out of the body, and the version put into it",
  },
  thinking_state: {
    form: word("signed", "unsigned", "any"),
    meaning: "Whether thinking of earlier turns must carry Anthropic's signature, or may carry none",
    done: "Thinking that somebody else signed, or nobody, is left out; where there may be none, all that is signed",
  },
} as const satisfies { readonly [name: string]: TraitSpec };

export type TraitName = keyof typeof vocabulary;

/** What is known of a target. */
export type Traits = { readonly [Name in TraitName]?: ValueOf<(typeof vocabulary)[Name]["form"]> };
