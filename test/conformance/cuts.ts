import { askRaw, comparable } from "./ask-raw.ts";
import { inParallel } from "./in-parallel.ts";
import type { Dialect, Recording } from "./recordings.ts";
import type { Replay } from "./start-replay.ts";

const smallBytes = 4096;

export function isSmall({ body, status }: Recording): boolean {
  return body.length <= smallBytes && status < 300;
}

/** Sends a recording in two writes, parted at each of these bytes: the client must get what it gets uncut. */
export async function judgeCuts(
  replay: Replay,
  recording: Recording,
  client: Dialect,
  places: readonly number[],
): Promise<readonly string[]> {
  const uncut = comparable(await askRaw(replay, client, recording, "whole"));
  const wrong: number[] = [];
  await inParallel(48, places, async (place) => {
    const answer = await askRaw(replay, client, recording, `cut-${place}`);
    if (comparable(answer) !== uncut) wrong.push(place);
  });
  return wrong.map((place) => `${recording.id} cut at ${place}`);
}

export function everyPlace({ body }: Pick<Recording, "body">): readonly number[] {
  return Array.from({ length: body.length - 1 }, (_, index) => index + 1);
}

/** The treacherous places: around line ends, inside characters of several bytes, and a few more. */
export function chosenPlaces({ body, form }: Recording): readonly number[] {
  if (form === "whole") return [1, body.length >> 1, body.length - 1];
  const inside = everyPlace({ body }).filter((place) => ((body[place] ?? 0) & 0xc0) === 0x80);
  const ends = everyPlace({ body }).filter((place) => body[place] === 10 || body[place - 1] === 10);
  const spread = Array.from({ length: 8 }, (_, index) => Math.ceil(((index + 1) * body.length) / 10));
  return [...new Set([...inside.slice(0, 6), ...ends.slice(0, 6), ...ends.slice(-6), ...spread])];
}
