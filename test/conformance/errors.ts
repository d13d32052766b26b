import { isObject, objectOf, parseJson, stringOf } from "#lib/json";
import { askRaw } from "./ask-raw.ts";
import type { Ask } from "./ask-with-sdk.ts";
import { providerOf } from "./pairs.ts";
import type { Dialect, Recording } from "./recordings.ts";
import { modelFor, providerKey } from "./replay-server.ts";
import type { Replay } from "./start-replay.ts";

/** Class names of both SDKs for a status. */
const sdkErrors: ReadonlyMap<number, string> = new Map([
  [400, "BadRequestError"],
  [404, "NotFoundError"],
  [409, "ConflictError"],
  [422, "UnprocessableEntityError"],
  [429, "RateLimitError"],
]);

/** A recorded error must keep status and message, become the SDK's own class, and never show the provider key. */
export async function judgeError(
  replay: Replay,
  ask: Ask,
  recording: Recording,
  client: Dialect,
): Promise<readonly string[]> {
  const { status, body } = await askRaw(replay, client, recording, "whole");
  const leak = await askRaw(replay, client, recording, "leak");
  const thrown = await ask(`${providerOf[recording.dialect]}/${modelFor(recording.id, "whole")}`, false).then(
    () => "nothing",
    (error: unknown) => (error instanceof Error ? error.constructor.name : String(error)),
  );
  const checks: readonly (readonly [string, boolean])[] = [
    [`status ${status}`, status === recording.status],
    ["message", messageOf(body) === messageOf(recording.body.toString())],
    [`SDK throws ${thrown}`, thrown === sdkErrors.get(recording.status)],
    ["key is shown", !leak.body.includes(providerKey) && leak.body.includes("Wrong key")],
  ];
  return checks.filter(([, good]) => !good).map(([name]) => name);
}

function messageOf(body: string): string | undefined {
  const json = parseJson(body);
  return isObject(json) ? stringOf(objectOf(json, "error") ?? {}, "message") : undefined;
}
