import type { Reframing } from "../framings";

/**
 * The stream of a client that does not ask for `alt=sse`: one array of what are the events otherwise, as Google writes it
 * (`application/json`). White space between its elements shows that the connection lives.
 */
export const arrayFraming: Reframing = {
  contentType: "application/json; charset=UTF-8",
  keepAlive: Buffer.from("\n"),
  begin: "[",
  between: ",\r\n",
  end: "]",
};

/** Whether the query asks for server-sent events: `?alt=sse`, also spelled `$alt`. */
export function asksForEvents(query: string): boolean {
  return /[?&](?:\$|%24)?alt=sse(?:&|$)/i.test(query);
}
