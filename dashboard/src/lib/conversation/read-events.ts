import { isObject, type JsonObject, tryParse } from "../json";

/** The JSON objects in the `data` of server-sent events; what is none is left out. */
export function readEvents(text: string): readonly JsonObject[] {
  return text.split(/\r?\n\r?\n/).flatMap((event) => {
    const data = event
      .split(/\r?\n/)
      .filter((line) => line.startsWith("data:"))
      .map((line) => line.slice(5).trimStart())
      .join("\n");
    const value = data === "" ? undefined : tryParse(data);
    return isObject(value) ? [value] : [];
  });
}

export function isEventStream(text: string): boolean {
  return /^(event|data|id|retry)?:/.test(text.trimStart().slice(0, 16));
}
