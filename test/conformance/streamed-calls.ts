import { arrayOf, isArray, isObject, type Json, type JsonObject } from "#lib/json";

/** The calls of a stream, those that Vertex streams in pieces put together: a piece has no name, and the last one nothing at all. */
export function wholeCalls(sent: readonly JsonObject[]): readonly JsonObject[] {
  const calls: JsonObject[] = [];
  let isOpen = false;
  for (const { partialArgs, willContinue, ...call } of sent) {
    const begun = isOpen && call.name === undefined ? calls.pop() : undefined;
    isOpen = willContinue === true;
    let args: Json | undefined = begun?.args ?? call.args;
    for (const piece of arrayOf({ partialArgs: partialArgs ?? [] }, "partialArgs").filter(isObject)) {
      args = withPiece(args ?? {}, keysOf(String(piece.jsonPath)), piece);
    }
    calls.push({ ...(begun ?? call), args });
  }
  return calls;
}

/** Of `$.days[0].city`: days, 0, city. */
function keysOf(path: string): readonly string[] {
  return path.split(/[$.[\]'"]+/).filter((key) => key !== "");
}

function withPiece(place: Json, [key, ...rest]: readonly string[], piece: JsonObject): Json {
  if (key === undefined) {
    const { boolValue, numberValue, stringValue } = piece;
    return typeof place === "string" ? place + String(stringValue) : (stringValue ?? numberValue ?? boolValue ?? null);
  }
  const child =
    isObject(place) || isArray(place) ? Object.entries(place).find(([name]) => name === key)?.[1] : undefined;
  const grown = withPiece(child ?? (/^\d+$/.test(rest[0] ?? "") ? [] : {}), rest, piece);
  if (isArray(place)) return place.toSpliced(Number(key), 1, grown);
  return { ...(isObject(place) ? place : {}), [key]: grown };
}
