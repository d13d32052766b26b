import { InvalidAnswer, type StreamMeter } from "#dialects/operation";
import type { StreamEvent } from "#lib/frame-parser";
import { isObject, tryParseJson } from "#lib/json";
import type { StreamTransformer } from "./frame";

/** Same dialect on both sides: the provider's bytes go on as they came, but for events that the meter takes out. */
export function passthroughStream(meter: StreamMeter): StreamTransformer {
  let terminated = false;
  /** What may be the last of the answer goes out when that is known. */
  let kept: Uint8Array | undefined;

  const sent = (bytes: Uint8Array | undefined): Uint8Array | undefined => {
    const before = kept;
    kept = undefined;
    if (before === undefined || bytes === undefined) return before ?? bytes;
    return Buffer.concat([before, bytes]);
  };

  return {
    push: (event) => {
      const { forward, token, terminal, whole, mayBeLast } = meter.push(event);
      if (forward && !terminal && whole !== true && !isWhole(event, token))
        throw new InvalidAnswer("an event of its stream is not JSON");
      terminated ||= terminal;
      // Gathering the facts costs 2 µs; an error is never a token, and nearly every event is.
      const failed = !token && meter.facts().error !== undefined;
      const bytes = forward && !failed ? event.raw : undefined;
      if (mayBeLast === true && bytes !== undefined) {
        kept = sent(bytes);
        return { bytes: undefined, token, terminal: false, failed };
      }
      return { bytes: kept === undefined ? bytes : sent(bytes), token, terminal: terminal && !failed, failed };
    },
    ordinary: () => (kept === undefined ? meter.ordinary : undefined),
    finished: meter.finished,
    end: (isSilent) => {
      const { complete, missingTail } = meter.facts();
      if (!complete && !(isSilent && meter.finished())) return undefined;
      const bytes = sent(missingTail === "" || terminated ? undefined : Buffer.from(missingTail));
      return { bytes, token: false, terminal: true, failed: false };
    },
    outputBytes: meter.outputBytes,
    facts: () => ({ ...meter.facts(), dropped: [] }),
  };
}

/** Tokens are many and were looked at by the meter: one that was cut lacks its end. The others are few. */
function isWhole({ data }: StreamEvent, token: boolean): boolean {
  return token ? data.trimEnd().endsWith("}") : data === "" || isObject(tryParseJson(data));
}
