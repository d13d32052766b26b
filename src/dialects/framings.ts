import { createSseParser } from "#lib/sse-parser";
import type { Framing } from "./operation";

/** Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export const sse: Framing = {
  accept: "text/event-stream",
  contentType: "text/event-stream; charset=utf-8",
  createParser: createSseParser,
};
