import { type KeptAnswer, keptForMs, mostKept } from "../kept-answer";
import type { KeptAnswerRepository } from "../repositories";
import type { Call } from "../transactions";
import type { Tables } from "./tables";

export function keptAnswerTable(tables: Tables, call: Call): KeptAnswerRepository {
  const answers = tables.table<KeptAnswer>();
  const place = (actor: string, key: string) => JSON.stringify([actor, key]);
  const keep = (answer: KeptAnswer) => {
    for (const [at, { atMs }] of answers) if (atMs <= answer.atMs - keptForMs) answers.delete(at);
    answers.set(place(answer.actor, answer.key), answer);
    if (answers.size <= mostKept) return;
    const newestFirst = [...answers].sort(([, left], [, right]) => right.atMs - left.atMs);
    for (const [at] of newestFirst.slice(mostKept)) answers.delete(at);
  };
  return {
    find: (actor, key, nowMs) =>
      call(() => {
        const answer = answers.get(place(actor, key));
        return answer !== undefined && answer.atMs > nowMs - keptForMs ? answer : undefined;
      }),
    keep: (answer) => call(() => keep(answer)),
  };
}
