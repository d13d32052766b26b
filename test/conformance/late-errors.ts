import { tryParseJson } from "#lib/json";
import { writeException } from "./framing.ts";
import type { Dialect } from "./pairs.ts";
import { eventsIn, payloadsOf, type Recording } from "./recordings.ts";

export type LateError = {
  readonly recording: Recording;
  /** What the client must read of the provider's message. */
  readonly words: string;
};

/**
 * The recorded errors once more, each in the middle of a recorded stream of its dialect: behind the first events that say
 * something, in the form in which the provider breaks off. Google does so in two.
 */
export function lateErrors(errors: readonly Recording[], answers: readonly Recording[]): readonly LateError[] {
  return errors.flatMap((error) => {
    const stream = answers.find(({ body, dialect, form }) => {
      const fits = dialect === error.dialect && form === "stream" && body.length < 20_000;
      return fits && beginning(dialect, body).length > 0;
    });
    if (stream === undefined) return [];
    const begun = beginning(error.dialect, stream.body);
    return endings(error).map((ending, place) => ({
      words: wordsOf(error),
      recording: {
        ...error,
        id: `${error.id}.late${place}`,
        status: 200,
        form: "stream" as const,
        body: Buffer.concat([...begun, ending]),
      },
    }));
  });
}

/** The beginning of the provider's message as it stands in JSON; of a refused key nothing is told. */
function wordsOf({ body, status }: Recording): string {
  const [, message = ""] = /"message": ?"((?:[^"\\]|\\.){0,40})/.exec(body.toString()) ?? [];
  return status === 401 || status === 403 ? "" : message;
}

/** The first half of the events, as far as nothing finishes; empty where too few do not. */
function beginning(dialect: Dialect, body: Buffer): readonly Buffer[] {
  const events = eventsIn(dialect, body);
  const end = events.findIndex((event) => finishes(dialect, event));
  return end < 6 ? [] : events.slice(0, Math.ceil(end / 2) + 1);
}

function finishes(dialect: Dialect, event: Buffer): boolean {
  return payloadsOf(dialect, event).some((payload) =>
    /"(?:finish_reason|finishReason)": ?"|"messageStop"|message_(?:stop|delta)|response\.completed/.test(
      JSON.stringify(payload),
    ),
  );
}

function endings({ body, dialect, status }: Recording): readonly Buffer[] {
  const json = JSON.stringify(tryParseJson(body.toString()) ?? { error: { message: body.toString() } });
  switch (dialect) {
    case "openai-chat":
      return [Buffer.from(`data: ${json}\n\n`)];
    case "gemini":
      return [Buffer.from(`data: ${json}\r\n\r\n`), body];
    case "openai-responses":
      return [Buffer.from(`event: error\ndata: ${json.replace("{", '{"type":"error","sequence_number":9,')}\n\n`)];
    case "anthropic-messages":
      return [Buffer.from(`event: error\ndata: ${json}\n\n`)];
    default:
      return [writeException(exceptions.get(status) ?? "modelStreamErrorException", json)];
  }
}

const exceptions: ReadonlyMap<number, string> = new Map([
  [400, "validationException"],
  [429, "throttlingException"],
  [503, "serviceUnavailableException"],
]);
