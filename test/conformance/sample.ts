import { mannersOf } from "./answers.ts";
import { type Dialect, othersThan } from "./pairs.ts";
import type { Recording } from "./recordings.ts";
import type { Manner } from "./replay-server.ts";

/** Everything is played by `npm run test:full`; else of each recording a part, another one for another seed. */
export const isFull = process.env.HEADGATE_TEST_FULL === "1";
const seed = process.env.HEADGATE_CONFORMANCE_SEED ?? "1";

/** The clients of other dialects that are told of a recording. */
export function clientsFor({ dialect, id }: Recording): readonly Dialect[] {
  const others = othersThan(dialect);
  return isFull ? others : others.filter((client) => hash(`${id}/${client}`) % 3 === 0);
}

/** The dialects of clients that the slow checks are made with: the provider's own and one other; a quarter of both. */
export function slowClientsFor({ dialect, id }: Recording): readonly Dialect[] {
  const others = othersThan(dialect);
  const both = [dialect, others[hash(id) % others.length] ?? dialect];
  return isFull ? both : both.filter((client) => hash(`${id}/${client}/slow`) % 4 === 0);
}

const longBytes = 30_000;

/** Pieces of seven bytes cost a turn of the loop each. */
export function chosenManners(recording: Recording, client: Dialect): readonly Manner[] {
  const { body, id } = recording;
  const all = mannersOf(recording).filter((manner) => manner !== "sevens" || body.length <= longBytes);
  return isFull ? all : all.filter((_, place) => place === hash(`${id}/${client}/manner`) % all.length);
}

function hash(text: string): number {
  return Number(BigInt(Bun.hash(`${seed}/${text}`)) % 1_000_003n);
}
