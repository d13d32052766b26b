import type { MediaSource } from "#core/completion";

/** Reads a `data:` URL (RFC 2397) in base64 as its bytes; any other URL stays one. */
export function readMediaUrl(url: string): MediaSource {
  const comma = url.startsWith("data:") ? url.indexOf(",") : -1;
  const head = comma < 0 ? "" : url.slice("data:".length, comma);
  if (!/;base64$/i.test(head)) return { type: "url", url };
  return { type: "base64", mediaType: head.slice(0, -";base64".length), data: url.slice(comma + 1) };
}

export function writeDataUrl(mediaType: string, data: string): string {
  return `data:${mediaType};base64,${data}`;
}
