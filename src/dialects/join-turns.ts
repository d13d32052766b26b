import type { Message, Part } from "#core/completion";

// Neighbours that the model said are one turn. Anthropic and Google put them together; elsewhere the calls of a turn have to
// stand beside each other, in front of their results.

/** Messages whose calls would be parted from their results by another message of the model become one with it. */
export function joinCalls(messages: readonly Message[]): readonly Message[] {
  return join(messages, ({ content }) => content.some(({ type }) => type === "tool-call"), append);
}

/** One message for all that the model said in a row, as the chunks of a stream that a client kept apart. */
export function joinChunks(messages: readonly Message[]): readonly Message[] {
  return join(messages, () => true, goOn);
}

type Put = (before: readonly Part[], after: readonly Part[]) => readonly Part[];

function join(messages: readonly Message[], isOpen: (message: Message) => boolean, put: Put): readonly Message[] {
  const goesOn = (message: Message, last: Message | undefined) =>
    message.role === "assistant" && last?.role === "assistant" && isOpen(last);
  if (!messages.some((message, index) => goesOn(message, messages[index - 1]))) return messages;
  const joined: Message[] = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (last === undefined || !goesOn(message, last)) joined.push(message);
    else joined[joined.length - 1] = { ...message, ...last, content: put(last.content, message.content) };
  }
  return joined;
}

function append(before: readonly Part[], after: readonly Part[]): readonly Part[] {
  return [...before, ...after];
}

/** A text that goes on is one, with the state that came at its end: what is signed has ended. So are thoughts without any. */
function goOn(before: readonly Part[], after: readonly Part[]): readonly Part[] {
  const last = before.at(-1);
  const [first, ...rest] = after;
  if (last?.type === "text" && first?.type === "text" && last.state === undefined)
    return [...before.slice(0, -1), { ...last, ...first, text: last.text + first.text }, ...rest];
  if (last?.type === "reasoning" && first?.type === "reasoning" && (last.state ?? first.state) === undefined)
    return [...before.slice(0, -1), { ...last, text: last.text + first.text }, ...rest];
  return append(before, after);
}
