import { STATUS_CODES } from "node:http";
import type { StreamedBody } from "#core/inference";

/** What a request is answered with. */
export type HttpAnswer = {
  readonly status: number;
  /** A line for each header, `name: value` and CRLF, without those of framing, connection and date. */
  readonly headers: string;
  readonly body: Uint8Array | string | StreamedBody;
  /** No other request can follow on the connection. */
  readonly closes?: boolean;
  /** There is no room for requests: the connection is not read for a moment. */
  readonly rests?: boolean;
};

/** How the end of a body is told. */
export type Framing = { readonly length: number } | "chunked" | "close" | "none";

/** Headers as lines. Their values hold no line break. */
export function linesOf(headers: { readonly [name: string]: string }): string {
  let lines = "";
  for (const name in headers) lines += `${name}: ${headers[name]}\r\n`;
  return lines;
}

/** The head of an answer, latin1. */
export function answerHead(
  { headers, status }: Pick<HttpAnswer, "headers" | "status">,
  framing: Framing,
  closes: boolean,
  date: string,
): string {
  return `HTTP/1.1 ${status} ${reasonOf(status)}\r\n${headers}date: ${date}\r\n${closes ? "connection: close\r\n" : ""}${framingLine(framing)}\r\n`;
}

function framingLine(framing: Framing): string {
  switch (framing) {
    case "chunked":
      return "transfer-encoding: chunked\r\n";
    case "close":
    case "none":
      return "";
    default:
      return `content-length: ${framing.length}\r\n`;
  }
}

function reasonOf(status: number): string {
  return STATUS_CODES[status] ?? "";
}
