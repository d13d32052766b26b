import { type JsonObject, stringOf } from "#lib/json";
import type { DemandFields } from "./demand";

/**
 * What aggregators and local servers take in whatever dialect they are asked, beyond the dialect's own words. Every
 * dialect begins with these: a field that the provider ignores costs a larger hold, one that we miss costs the budget.
 */
export const lookAlikeFields: DemandFields = {
  // llama.cpp's own name goes before OpenAI's there.
  outputLimits: ["max_tokens", "max_completion_tokens", "max_output_tokens", "n_predict"],
  hosted: [
    "web_search_options",
    // xAI
    "search_parameters",
    // Qwen
    "enable_search",
    // OpenRouter; the last two serve another model.
    "plugins",
    "models",
    "preset",
    // Anthropic
    "mcp_servers",
    "container",
  ],
  stored: ["previous_response_id", "conversation"],
  externalMarks: [
    // `image_url`, `file_url`…
    '_url"',
    '"file"',
    '"file_id"',
    // Anthropic's images and documents.
    '"source"',
    // An earlier answer of OpenAI's.
    '"audio"',
    // Mistral's may be an address.
    '"input_audio"',
    // Qwen's list of frames.
    '"video"',
    // Gemini's, which its OpenAI look-alike takes in a field of its own.
    '"cached_content"',
    '"cachedContent"',
  ],
  storedExtensions: /"cached_?content"/i,
  // OpenAI's, and those that Anthropic defines and the client runs. The search for tools runs there, but costs nothing.
  clientTools: /^(?:function$|custom$|bash_|text_editor_|computer_|memory_|tool_search_tool_)/,
  others: ["service_tier", "speed", "inference_geo", "context_management"],
  serviceTier,
  hasHostedWork: compacts,
  refersElsewhere: () => false,
};

/** Anthropic's fast mode and its place have fields of their own. */
function serviceTier(fields: JsonObject): string | undefined {
  const { inference_geo: geo, speed } = fields;
  if (typeof speed === "string" && speed !== "standard") return "fast";
  return geo === "us" ? "us" : stringOf(fields, "service_tier");
}

/** Anthropic bills every compaction of the context apart: as often as it takes. */
function compacts({ context_management: management }: JsonObject): boolean {
  return management !== undefined && JSON.stringify(management).includes("compact");
}
