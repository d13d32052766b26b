import type { Part, Turn } from "../conversation/conversation";
import { openaiTools, openaiTurns } from "../conversation/openai-chat";
import type { JsonObject } from "../json";

/** What a chat completion says, apart from its dialect. Neighbours of one speaker are one turn; a tool's results are the user's. */
export function readChat(body: JsonObject) {
  const turns = openaiTurns(body.messages);
  const system = turns.filter(isSystem).flatMap(({ parts }) => parts.flatMap(textOfPart));
  const said: { role: "user" | "assistant"; parts: Part[] }[] = [];
  for (const turn of turns.filter((each) => !isSystem(each))) {
    const role = turn.role === "assistant" ? "assistant" : "user";
    const last = said.at(-1);
    if (last?.role === role) last.parts.push(...turn.parts);
    else said.push({ role, parts: [...turn.parts] });
  }
  return { system: system.join("\n\n"), turns: said, tools: openaiTools(body.tools) };
}

/** The text of what a tool answered. */
export function resultText(parts: readonly Part[]): string {
  return parts.flatMap(textOfPart).join("\n");
}

/** The type and the data of an address that holds its data. */
export function inlineData(source: string): { readonly type: string; readonly data: string } | undefined {
  const [, type, data] = /^data:([^;,]+);base64,([\s\S]*)$/.exec(source) ?? [];
  return type === undefined || data === undefined ? undefined : { type, data };
}

function isSystem({ role }: Turn): boolean {
  return role === "system" || role === "developer";
}

function textOfPart(part: Part): readonly string[] {
  return part.kind === "text" ? [part.text] : [];
}
