export type ReadEvent = { readonly event: string; readonly data: string; readonly atMs: number };

/** The events of a stream as a client would take them. Knows nothing of the project's own reader, so it can judge it. */
export async function* readSse(response: Response): AsyncGenerator<ReadEvent> {
  if (!response.body) return;
  let rest = "";
  const decoder = new TextDecoder();
  for await (const bytes of response.body) {
    rest += decoder.decode(bytes, { stream: true });
    const blocks = rest.split(/\r\n\r\n|\n\n|\r\r/);
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = parseBlock(block);
      if (event) yield event;
    }
  }
  if (rest.trim() !== "") throw new Error(`The stream ended inside an event: ${JSON.stringify(rest)}`);
}

/** All events of a stream; `error` is what broke it, if it did not end cleanly. */
export async function readAllSse(
  response: Response,
): Promise<{ readonly events: readonly ReadEvent[]; readonly error: Error | undefined }> {
  const events: ReadEvent[] = [];
  try {
    for await (const event of readSse(response)) events.push(event);
    return { events, error: undefined };
  } catch (error) {
    return { events, error: error instanceof Error ? error : new Error(String(error)) };
  }
}

function parseBlock(block: string): ReadEvent | undefined {
  let event = "message";
  const data: string[] = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    const [, field, value] = /^(\w+): ?(.*)$/s.exec(line) ?? [];
    if (field === "event") event = value ?? "";
    if (field === "data") data.push(value ?? "");
  }
  return data.length === 0 ? undefined : { event, data: data.join("\n"), atMs: Date.now() };
}
