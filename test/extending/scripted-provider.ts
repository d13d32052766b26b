import type { UpstreamClient, UpstreamRequest } from "#upstream/upstream";

/** A provider in this process: answers by what the last part of a request's URL is, and keeps what it was asked. */
export function scriptedProvider(answers: { readonly [ending: string]: readonly string[] }, contentType?: string) {
  const asked: UpstreamRequest[] = [];
  const upstream: UpstreamClient = async (request) => {
    asked.push(request);
    const [, pieces] = Object.entries(answers).find(([ending]) => request.url.endsWith(ending)) ?? [];
    return {
      status: pieces === undefined ? 404 : 200,
      headers: new Headers(contentType === undefined ? {} : { "content-type": contentType }),
      chunks: chunksOf(pieces ?? []),
      sawToken: () => undefined,
      readAll: async () => Buffer.from((pieces ?? ["{}"]).join("")),
    };
  };
  return { asked, upstream };
}

async function* chunksOf(pieces: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}
