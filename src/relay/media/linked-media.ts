import type { CompletionRequest, DocumentSource, MediaSource, Message, Part } from "#core/completion";
import type { FetchedMedia, MediaAddress } from "#media/media-fetcher";
import type { MediaKind } from "#media/media-type";

/** What a part is fetched as; undefined for one that stands at no address. */
export function addressOf(part: Part): MediaAddress | undefined {
  switch (part.type) {
    case "image":
    case "document":
    case "video":
      return part.source.type === "url" && isHttp(part.source.url)
        ? { kind: part.type, url: part.source.url }
        : undefined;
    case "audio":
      return isHttp(part.data) ? { kind: "audio", url: part.data } : undefined;
    default:
      return undefined;
  }
}

function isHttp(url: string): boolean {
  return /^https?:/i.test(url);
}

/** Everything in a request that stands at an address, results of tools and documents put together included. */
export function addressesIn({ messages }: CompletionRequest): readonly MediaAddress[] {
  return messages.flatMap(({ content }) => content.flatMap(addressesInPart));
}

function addressesInPart(part: Part): readonly MediaAddress[] {
  if (part.type === "tool-result") return part.content.flatMap(addressesInPart);
  if (part.type === "document" && part.source.type === "parts") return part.source.parts.flatMap(addressesInPart);
  const address = addressOf(part);
  return address === undefined ? [] : [address];
}

/** What was fetched for an address as something of a kind. */
export type FindMedia = (address: MediaAddress) => FetchedMedia | undefined;

/** The request with bytes in the place of every address that something was fetched for. */
export function withMedia(request: CompletionRequest, find: FindMedia): CompletionRequest {
  const messages = request.messages.map(
    (message): Message => ({ ...message, content: message.content.map((part) => partWith(part, find)) }),
  );
  return { ...request, messages };
}

function partWith(part: Part, find: FindMedia): Part {
  if (part.type === "tool-result") return { ...part, content: part.content.map((each) => partWith(each, find)) };
  if (part.type === "document" && part.source.type === "parts")
    return { ...part, source: { type: "parts", parts: part.source.parts.map((each) => partWith(each, find)) } };
  const address = addressOf(part);
  const media = address && find(address);
  return media === undefined ? part : withBytes(part, media);
}

/** The part as if its client had sent these bytes. */
export function withBytes(part: Part, media: FetchedMedia): Part {
  switch (part.type) {
    case "image":
    case "video":
      return { ...part, source: sourceOf(media) };
    case "document":
      return { ...part, source: documentOf(media), title: part.title ?? nameIn(part.source) };
    case "audio":
      return { type: "audio", data: media.data, format: formatOf(media.mediaType) };
    default:
      return part;
  }
}

function sourceOf({ data, mediaType }: FetchedMedia): MediaSource {
  return { type: "base64", mediaType, data };
}

function documentOf(media: FetchedMedia): DocumentSource {
  if (!media.mediaType.startsWith("text/")) return sourceOf(media);
  return { type: "text", text: Buffer.from(media.data, "base64").toString() };
}

/** The name of a file, which is all that a model sees of an address. */
function nameIn(source: DocumentSource): string {
  const path = source.type === "url" ? (URL.parse(source.url)?.pathname ?? "") : "";
  return path.slice(path.lastIndexOf("/") + 1) || "document";
}

/** As OpenAI's clients write it. */
function formatOf(mediaType: string): string {
  const subtype = mediaType.slice(mediaType.indexOf("/") + 1);
  return subtype === "mpeg" ? "mp3" : subtype;
}

/** The least of each kind, in the type that every provider takes which takes the kind. */
export const samples: { readonly [kind in MediaKind]: FetchedMedia } = {
  image: { mediaType: "image/png", data: "iVBORw0KGgo=" },
  document: { mediaType: "application/pdf", data: "JVBERi0=" },
  audio: { mediaType: "audio/wav", data: "UklGRg==" },
  video: { mediaType: "video/mp4", data: "AAAA" },
};
