import { askRaw, comparable } from "./ask-raw.ts";
import { inParallel } from "./in-parallel.ts";
import type { Dialect } from "./pairs.ts";
import type { Recording } from "./recordings.ts";
import type { Manner } from "./replay-server.ts";
import type { Replay } from "./start-replay.ts";

const smallBytes = 4096;

export function isSmall({ body, status }: Recording): boolean {
  return body.length <= smallBytes && status < 300;
}

/**
 * Sends an answer byte by byte, and in two writes parted at each of the places: the client must get what it gets uncut.
 * Gives the manners in which it did not, and what came instead.
 */
export async function judgeCuts(
  replay: Replay,
  recording: Recording,
  client: Dialect,
  places: readonly number[],
): Promise<readonly string[]> {
  const uncut = comparable(await askRaw(replay, client, recording, "whole"), client);
  const manners: readonly Manner[] = ["bytes", ...places.map((place) => `cut-${place}` as const)];
  const wrong: string[] = [];
  await inParallel(16, manners, async (manner) => {
    const answer = await askRaw(replay, client, recording, manner);
    const got = comparable(answer, client);
    if (got !== uncut) wrong.push(`${manner}: ${answer.status} ${firstDifference(got, uncut)}`);
  });
  return wrong;
}

function firstDifference(got: string, wanted: string): string {
  const at = got.split("").findIndex((character, index) => character !== wanted[index]);
  return at < 0 ? `ends after ${got.length} of ${wanted.length}` : `at ${at}: ${got.slice(at, at + 200)}`;
}

/** Whole answers are read to their end before anything else, so that two pieces say no more than many. */
export function everyPlace({ body, form }: Recording): readonly number[] {
  return form === "whole" ? [] : Array.from({ length: body.length - 1 }, (_, index) => index + 1);
}

/** The treacherous places of a stream: around line ends, inside characters of several bytes, and a few more. */
export function chosenPlaces(recording: Recording): readonly number[] {
  const { body } = recording;
  const places = everyPlace(recording);
  const inside = places.filter((place) => ((body[place] ?? 0) & 0xc0) === 0x80);
  const ends = places.filter((place) => body[place] === 10 || body[place - 1] === 10);
  const spread = places.filter((place) => place % Math.ceil(body.length / 5) === 0);
  return [...new Set([...inside.slice(0, 4), ...ends.slice(0, 4), ...ends.slice(-6), ...spread])];
}
