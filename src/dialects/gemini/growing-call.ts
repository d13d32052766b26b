import { arrayOf, isArray, isObject, type Json, type JsonObject, objectOf, stringOf } from "#lib/json";

type Place = Json[] | { [key: string]: Json };

/**
 * A call whose arguments Vertex streams, each piece with its path in them:
 * https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest/v1/Content#FunctionCall
 */
export class GrowingCall {
  private readonly args: { [key: string]: Json } = {};
  private readonly head: JsonObject;

  constructor({ partialArgs: _pieces, willContinue: _more, ...head }: JsonObject) {
    this.head = head;
  }

  get id(): string | undefined {
    return stringOf(this.head, "id");
  }

  add(call: JsonObject): void {
    Object.assign(this.args, objectOf(call, "args") ?? {});
    for (const piece of arrayOf(call, "partialArgs").filter(isObject)) this.addPiece(piece);
  }

  whole(): JsonObject {
    return { ...this.head, args: this.args };
  }

  private addPiece(piece: JsonObject): void {
    const value = piece.stringValue ?? piece.numberValue ?? piece.boolValue ?? null;
    const path = stepsOf(stringOf(piece, "jsonPath") ?? "");
    let place: Place = this.args;
    for (const [at, step] of path.entries()) {
      const known = stepInto(place, step);
      if (at === path.length - 1)
        put(place, step, typeof known === "string" && typeof value === "string" ? known + value : value);
      else place = isPlace(known) ? known : put(place, step, typeof path[at + 1] === "number" ? [] : {});
    }
  }
}

/** Whether a call comes in pieces, or is one. */
export function isPiece(call: JsonObject): boolean {
  return call.willContinue === true || isArray(call.partialArgs);
}

/** `$.foo.bar[0]['data']`: names and places in lists. */
function stepsOf(path: string): readonly (string | number)[] {
  const found = path.matchAll(/\[(\d+)\]|\[(?:'([^']*)'|"([^"]*)")\]|([^.[\]$]+)/g);
  return [...found].map(([, place, single, double, name]) =>
    place === undefined ? (single ?? double ?? name ?? "") : Number(place),
  );
}

function isPlace(value: Json | undefined): value is Place {
  return typeof value === "object" && value !== null;
}

function stepInto(place: Place, step: string | number): Json | undefined {
  if (isArray(place)) return typeof step === "number" ? place[step] : undefined;
  return Object.hasOwn(place, step) ? place[step] : undefined;
}

/** A list grows by one at a time; nothing is put into what an object has by nature. */
function put<Value extends Json>(place: Place, step: string | number, value: Value): Value {
  if (isArray(place)) place[Math.min(Number(step), place.length)] = value;
  else Object.defineProperty(place, step, { value, writable: true, enumerable: true, configurable: true });
  return value;
}
