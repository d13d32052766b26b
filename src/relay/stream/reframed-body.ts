import type { BodyWriter, InferenceResponse, StreamedBody } from "#core/inference";
import type { Reframing } from "#dialects/framings";
import { createSseParser } from "#lib/sse-parser";

/** An answer whose stream a client wants in another form; what is no stream stays as it is. */
export function reframed(response: InferenceResponse, form: Reframing): InferenceResponse {
  const { body } = response;
  if (typeof body === "string" || body instanceof Uint8Array) return response;
  return { ...response, contentType: form.contentType, body: reframedBody(body, form) };
}

/** The data of its events, one JSON value after the other. It ends whole also where the stream ends with an error. */
function reframedBody(body: StreamedBody, form: Reframing): StreamedBody {
  return {
    sendTo: async (client) => {
      const writer = new ReframingWriter(client, form);
      await body.sendTo(writer);
      await writer.end();
    },
    leave: body.leave,
  };
}

const utf8 = new TextEncoder();

class ReframingWriter implements BodyWriter {
  private readonly parser = createSseParser();
  private hasBegun = false;

  constructor(
    private readonly client: BodyWriter,
    private readonly form: Reframing,
  ) {}

  write(bytes: Uint8Array): number | Promise<number> {
    let text = "";
    for (const { data } of this.parser.push(bytes)) text += data === "" ? "\n" : this.separator() + data;
    return text === "" ? 0 : this.client.write(utf8.encode(text));
  }

  flush(): number | Promise<number> {
    return this.client.flush();
  }

  async end(): Promise<void> {
    const begin = this.hasBegun ? "" : this.form.begin;
    await this.client.write(utf8.encode(begin + this.form.end));
  }

  private separator(): string {
    const separator = this.hasBegun ? this.form.between : this.form.begin;
    this.hasBegun = true;
    return separator;
  }
}
