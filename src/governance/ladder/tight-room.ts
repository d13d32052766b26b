import type { Limit } from "#core/limit";
import type { Hold, Ledger, Room } from "#ledger/ledger";
import { type HeldLimit, periodNumber } from "../held-limits";
import type { LimitClock, PeriodFinder } from "../limit-clock";
import { isHard, isLooseWindow } from "../limit-kinds";
import { type Bound, outputFor } from "../worst-case";

/** What a limit has for one more attempt, in its unit. */
export type TightRoom = {
  readonly limit: Limit;
  /** Now, and once all requests that run are done and have used nothing more. */
  readonly now: number;
  readonly later: number;
};

/** What the limits in money and tokens that cover an attempt, and refuse what could exceed them, have for it. A hint: others go on meanwhile. */
export function tightRooms(
  ledger: Pick<Ledger, "room">,
  held: readonly HeldLimit[],
  own: Hold | undefined,
  clock: LimitClock,
  periodOf: PeriodFinder,
): readonly TightRoom[] {
  const rooms: TightRoom[] = [];
  for (const { limit, isCovering, used } of held) {
    if (!isCovering || !(isHard(limit) || isLooseWindow(limit))) continue;
    const { index, tag } = limit.slot;
    const entry = { slot: index, tag, period: periodNumber(limit, clock, periodOf), amount: 0 };
    const room: Room | undefined = ledger.room(
      entry,
      own?.entries.find(({ slot }) => slot === index),
    );
    if (room === undefined) continue;
    const later = room.allowance - room.charged - used;
    rooms.push({ limit, now: later - room.held, later });
  }
  return rooms;
}

/** How long each answer may be where every hard limit gives no more than a share of what it has; below zero where the input alone does not fit. */
export function outputWithin(rooms: readonly TightRoom[], bound: Bound, when: "now" | "later", share = 1): number {
  let output = Number.POSITIVE_INFINITY;
  for (const room of rooms) {
    const { limit } = room;
    const amount = isLooseWindow(limit) ? room[when] : Math.floor(room[when] * share);
    output = Math.min(output, outputIn(limit, bound, amount));
  }
  return output;
}

function outputIn(limit: Limit, bound: Bound, amount: number): number {
  if (limit.unit === "nanodollars") return outputFor(bound, amount);
  if (!isLooseWindow(limit)) return tokensFor(bound, amount);
  const output = tokensFor(
    { answers: bound.answers, inputTokens: Math.min(bound.likelyInput, bound.inputTokens) },
    amount,
  );
  return output >= bound.likelyOutput ? Number.POSITIVE_INFINITY : output;
}

function tokensFor(bound: Pick<Bound, "answers" | "inputTokens">, amount: number): number {
  const left = amount - bound.inputTokens;
  return left < 0 ? -1 : Math.floor(left / bound.answers);
}
