import { chmodSync, rmSync } from "node:fs";
import { tryParseJson } from "#lib/json";
import { messageOf } from "#lib/message-of";
import { boolean, object, oneOf, optional, readKnown, string } from "#lib/shape";

/** What `headgate restart` asks of a running supervisor. */
export type Command = {
  readonly type: "restart";
  /** Of the program that asks; programs before version 0.1.0 left it out. */
  readonly version?: string;
};

export type CommandAnswer = { readonly ok: boolean; readonly message: string };

const commandShape = object<Command>({ type: oneOf("restart"), version: optional(string) });
const answerShape = object<CommandAnswer>({ ok: boolean, message: string });

/** Listens for commands, one a connection; the file mode is the authority. Returns how to close it. */
export function serveCommands(path: string, answer: (command: Command) => Promise<CommandAnswer>): () => void {
  rmSync(path, { force: true });
  const listener = Bun.listen<{ text: string }>({
    unix: path,
    socket: {
      open: (socket) => {
        socket.data = { text: "" };
      },
      data: (socket, bytes) => {
        socket.data.text += bytes.toString();
        if (socket.data.text.length > 1000) return void socket.end();
        if (!socket.data.text.includes("\n")) return;
        void handle(socket.data.text, answer).then((result) => socket.end(`${JSON.stringify(result)}\n`));
      },
    },
  });
  chmodSync(path, 0o600);
  return () => {
    listener.stop(true);
    rmSync(path, { force: true });
  };
}

/** Sends one command and waits for its answer. Throws when no supervisor listens or the answer does not come in time. */
export async function sendCommand(path: string, command: Command, timeoutMs: number): Promise<CommandAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<CommandAnswer>();
  let text = "";
  const socket = await Bun.connect({
    unix: path,
    socket: {
      data: (_socket, bytes) => {
        text += bytes.toString();
      },
      close: () => {
        const read = readKnown(answerShape, tryParseJson(text));
        if ("value" in read) resolve(read.value);
        else reject(new Error(text === "" ? "the supervisor ended before it answered" : "its answer cannot be read"));
      },
    },
  });
  const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
  socket.write(`${JSON.stringify(command)}\n`);
  return promise.finally(() => {
    clearTimeout(timer);
    socket.end();
  });
}

/** Whether a process listens on the socket. */
export async function answers(path: string): Promise<boolean> {
  try {
    const socket = await Bun.connect({ unix: path, socket: { data: () => undefined } });
    socket.end();
    return true;
  } catch {
    return false;
  }
}

async function handle(text: string, answer: (command: Command) => Promise<CommandAnswer>): Promise<CommandAnswer> {
  try {
    const read = readKnown(commandShape, tryParseJson(text));
    return "value" in read ? await answer(read.value) : { ok: false, message: "the command is not known" };
  } catch (error) {
    return { ok: false, message: messageOf(error) };
  }
}
