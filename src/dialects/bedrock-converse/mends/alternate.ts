import type { Turn } from "../../anthropic-messages/mends/turns";

/**
 * Neighbours of one role become one turn, where a turn between them has gone: Bedrock wants the roles to alternate
 * (https://github.com/Portkey-AI/gateway/issues/748).
 */
export function alternate(turns: readonly Turn[]): readonly Turn[] {
  const joined: Turn[] = [];
  for (const turn of turns) {
    const last = joined.at(-1);
    if (last === undefined || roleOf(last) !== roleOf(turn)) joined.push(turn);
    else last.node.get("content")?.setElements([...contentOf(last), ...contentOf(turn)]);
  }
  return joined;
}

function roleOf({ node }: Turn): string | undefined {
  return node.get("role")?.text();
}

function contentOf({ node }: Turn) {
  return node.get("content")?.elements() ?? [];
}
