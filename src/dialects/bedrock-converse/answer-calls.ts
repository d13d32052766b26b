import { arrayOf, isObject, stringOf } from "#lib/json";
import { writeJson } from "#lib/json-text";
import type { Turn } from "../gather-turns";

/**
 * Makes every call answered in the turn behind it, and every result one of a call in the turn before, for Bedrock refuses a
 * conversation in which one lacks the other: the user broke in, or a client cut its history. A missing result says so; a result
 * without its call is said in the open.
 */
export function answerCalls(turns: Turn[], dropped: string[]): void {
  for (let index = 0; index < turns.length; index++) {
    const turn = turns[index];
    if (turn?.role === "user") openOrphans(turn, turns[index - 1], dropped);
    const missing = turn?.role === "assistant" ? unanswered(turn, turns[index + 1]) : [];
    if (turn === undefined || missing.length === 0) continue;
    const next = turns[index + 1];
    const results = missing.map((toolUseId) => ({
      toolResult: { toolUseId, content: [{ text: noResult }], status: "error" },
    }));
    if (next === undefined) turns.push({ role: "user", path: turn.path, blocks: results });
    else next.blocks.unshift(...results);
  }
}

const noResult = "There is no result.";

function openOrphans(turn: Turn, before: Turn | undefined, dropped: string[]): void {
  const called = idsOf(before, "toolUse");
  const opened = turn.blocks.flatMap((block) => {
    const result = block.toolResult;
    const id = isObject(result) ? stringOf(result, "toolUseId") : undefined;
    if (!isObject(result) || (id !== undefined && called.has(id))) return [block];
    dropped.push(`${turn.path}.tool_call_id`);
    // JSON stands in results alone.
    return arrayOf(result, "content")
      .filter(isObject)
      .map((inner) => (inner.json === undefined ? inner : { text: writeJson(inner.json) }));
  });
  turn.blocks.splice(0, turn.blocks.length, ...opened);
}

function unanswered(turn: Turn, next: Turn | undefined): readonly string[] {
  const answered = idsOf(next, "toolResult");
  return [...idsOf(turn, "toolUse")].filter((id) => !answered.has(id));
}

function idsOf(turn: Turn | undefined, member: "toolUse" | "toolResult"): ReadonlySet<string> {
  const ids = (turn?.blocks ?? []).flatMap((block) => {
    const held = block[member];
    return isObject(held) ? (stringOf(held, "toolUseId") ?? []) : [];
  });
  return new Set(ids);
}
