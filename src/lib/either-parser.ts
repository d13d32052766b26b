import type { FrameParser } from "./frame-parser";

const brace = 0x7b;
const bracket = 0x5b;

/** A parser of one framing or of another, as the first byte tells that is no white space: JSON begins with a bracket or a brace. */
export function createEitherParser(createOther: () => FrameParser, createJson: () => FrameParser): FrameParser {
  let chosen: FrameParser | undefined;
  const waiting: Uint8Array[] = [];

  const choose = (chunk: Uint8Array): FrameParser | undefined => {
    const first = chunk.find((byte) => byte > 0x20 && byte < 0x80);
    if (first === undefined) return undefined;
    return first === brace || first === bracket ? createJson() : createOther();
  };

  return {
    push: (chunk) => {
      if (chosen !== undefined) return chosen.push(chunk);
      chosen = choose(chunk);
      waiting.push(chunk);
      return chosen === undefined ? [] : waiting.splice(0).flatMap((each) => chosen?.push(each) ?? []);
    },
    end: () => chosen?.end() ?? [],
    endedMidEvent: () => chosen?.endedMidEvent() ?? false,
  };
}
