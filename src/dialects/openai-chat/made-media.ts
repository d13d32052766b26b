import type { MadeAudio, MadeImage } from "#core/completion";
import type { JsonObject } from "#lib/json";
import { writeDataUrl } from "../data-url";

/**
 * What the model made beside texts, as fields of its message: images as OpenRouter answers with them
 * (https://openrouter.ai/docs/features/multimodal/image-generation), sound as OpenAI does, whose `pcm16` is Gemini's too.
 */
export function writeMadeMedia(item: ({ kind: "image" } & MadeImage) | ({ kind: "audio" } & MadeAudio)) {
  return item.kind === "image" ? writeImage(item) : writeAudio(item);
}

function writeImage({ source }: MadeImage): JsonObject | undefined {
  if (source.type === "file") return undefined;
  const url = source.type === "url" ? source.url : writeDataUrl(source.mediaType, source.data);
  return { images: [{ type: "image_url", image_url: { url } }] };
}

function writeAudio({ data }: MadeAudio): JsonObject {
  return { audio: { id: "audio", data, expires_at: 0, transcript: "" } };
}
