import { answerOfPieces } from "#upstream/answer-of-pieces";
import type { UpstreamClient, UpstreamRequest } from "#upstream/upstream";

/** A provider in this process: answers by what the last part of a request's URL is, and keeps what it was asked. */
export function scriptedProvider(answers: { readonly [ending: string]: readonly string[] }, contentType?: string) {
  const asked: UpstreamRequest[] = [];
  const upstream: UpstreamClient = async (request) => {
    asked.push(request);
    const [, pieces] = Object.entries(answers).find(([ending]) => request.url.endsWith(ending)) ?? [];
    const headers = new Headers(contentType === undefined ? {} : { "content-type": contentType });
    return answerOfPieces(pieces === undefined ? 404 : 200, headers, pieces ?? ["{}"]);
  };
  return { asked, upstream };
}
