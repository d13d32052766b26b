import type { CompletionRequest, Message, Part } from "#core/completion";
import type { JsonObject } from "#lib/json";
import type { Traits } from "#traits/vocabulary";
import { saysNothing } from "../gather-turns";
import { encodeParts, encodeResult, type PartNotes } from "./encode-content";

type Turn = {
  readonly role: "user" | "model";
  readonly path: string;
  readonly parts: JsonObject[];
  readonly isResults: boolean;
};
type PartOf<T extends Part["type"]> = Extract<Part, { readonly type: T }>;

export type EncodedTurns = {
  readonly system: JsonObject | undefined;
  readonly contents: readonly JsonObject[];
  /** Where the client's request has what each of the contents begins with. */
  readonly paths: readonly string[];
};

/**
 * `systemInstruction` and `contents`. Neighbours of one role become one content; the results of a turn's calls are one of
 * their own, as many as there were calls and in their order, which is how Gemini pairs them
 * (https://ai.google.dev/gemini-api/docs/function-calling). Throws GatewayError `invalid_request` where nothing is said.
 */
export function encodeTurns(request: CompletionRequest, traits: Traits, drop: (path: string) => void): EncodedTurns {
  const writer = new TurnWriter(traits, drop);
  for (let index = 0; index < request.messages.length; index++) {
    const message = request.messages[index];
    if (message !== undefined) writer.add(message, message.path ?? `messages[${index}]`);
  }
  return writer.end(request);
}

class TurnWriter {
  private readonly system: JsonObject[] = [];
  private readonly turns: Turn[] = [];
  /** Calls of the model's last turn that have no result yet. */
  private open: PartOf<"tool-call">[] = [];
  private firstPath = "messages[0]";

  constructor(
    private readonly traits: Traits,
    private readonly drop: (path: string) => void,
  ) {}

  add(message: Message, path: string): void {
    if (message.name !== undefined) this.drop(`${path}.name`);
    if (message.role === "assistant") this.addModel(message, path);
    else if (message.role === "user") this.addUser(message, path);
    else this.addSystem(message, path);
  }

  end(request: CompletionRequest): EncodedTurns {
    this.answerAll("messages");
    // Instructions alone are no request: they become the user's turn.
    if (this.turns.length === 0 && this.system.length > 0) {
      this.append("user", this.firstPath, this.system.splice(0));
      this.drop(`${this.firstPath}.role`);
    }
    if (this.turns.length === 0) throw saysNothing(request);
    // A call comes behind a turn of the user's.
    const [first] = this.turns;
    if (first?.role === "model" && first.parts.some((part) => part.functionCall !== undefined))
      this.turns.unshift({ role: "user", path: first.path, parts: [{ text: "." }], isResults: false });
    return {
      system: this.system.length === 0 ? undefined : { parts: this.system },
      contents: this.turns.map(({ parts, role }) => ({ role, parts })),
      paths: this.turns.map(({ path }) => path),
    };
  }

  private addSystem({ content }: Message, path: string): void {
    const place = path === "system" || path === "systemInstruction" ? path : `${path}.content`;
    if (this.turns.length > 0) this.drop(`${path}.role`);
    else if (this.system.length === 0) this.firstPath = path;
    for (const [index, part] of content.entries()) {
      this.system.push(...encodeParts(part, `${place}[${index}]`, this.notes));
    }
  }

  private addModel({ content }: Message, path: string): void {
    const parts: JsonObject[] = [];
    const calls: PartOf<"tool-call">[] = [];
    for (const [index, part] of content.entries()) {
      parts.push(...encodeParts(part, `${path}.content[${index}]`, this.notes));
      if (part.type === "tool-call") calls.push(part);
    }
    if (parts.length === 0) return;
    this.answerAll(path);
    this.append("model", path, parts);
    this.open.push(...calls);
  }

  private addUser({ content }: Message, path: string): void {
    const results = content.filter((part) => part.type === "tool-result");
    const rest: JsonObject[] = [];
    this.addResults(results, path, rest);
    for (const [index, part] of content.entries()) {
      if (part.type === "tool-result") continue;
      rest.push(...encodeParts(part, `${path}.content[${index}]`, this.notes));
    }
    if (rest.length === 0) return;
    this.answerAll(path);
    this.append("user", path, rest);
  }

  /** In the order of the calls; what is no text stands behind them. A result of no call is what the user says. */
  private addResults(results: readonly PartOf<"tool-result">[], path: string, rest: JsonObject[]): void {
    const written: JsonObject[] = [];
    const answered = new Set<PartOf<"tool-result">>();
    for (const call of [...this.open]) {
      const result = results.find(({ callId }) => callId === call.id);
      if (result === undefined) continue;
      this.open.splice(this.open.indexOf(call), 1);
      const { media, response } = encodeResult(result, call, path, this.notes);
      written.push(response);
      rest.push(...media);
      answered.add(result);
    }
    for (const result of results) if (!answered.has(result)) rest.push(...this.orphan(result, path));
    if (written.length > 0) this.appendResults(path, written);
  }

  private orphan({ content }: PartOf<"tool-result">, path: string): readonly JsonObject[] {
    this.drop(`${path}.role`);
    return content.flatMap((part) => encodeParts(part, path, this.notes));
  }

  /** Every call has a result before anything else is said. */
  private answerAll(path: string): void {
    const written = this.open.splice(0).map((call) => {
      this.drop(`${path}.tool_calls`);
      const empty: PartOf<"tool-result"> = {
        type: "tool-result",
        callId: call.id,
        content: [{ type: "text", text: "No result" }],
        isError: true,
      };
      return encodeResult(empty, call, path, this.notes).response;
    });
    if (written.length > 0) this.appendResults(path, written);
  }

  private appendResults(path: string, parts: readonly JsonObject[]): void {
    const last = this.turns.at(-1);
    if (last?.isResults === true) last.parts.push(...parts);
    else this.turns.push({ role: "user", path, parts: [...parts], isResults: true });
  }

  private append(role: Turn["role"], path: string, parts: readonly JsonObject[]): void {
    const last = this.turns.at(-1);
    if (last?.role === role && !last.isResults) last.parts.push(...parts);
    else this.turns.push({ role, path, parts: [...parts], isResults: false });
  }

  private get notes(): PartNotes {
    return { traits: this.traits, drop: this.drop };
  }
}
