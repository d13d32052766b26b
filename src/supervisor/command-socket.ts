import { chmodSync, rmSync } from "node:fs";
import { parseJson } from "#lib/json";
import { messageOf } from "#lib/message-of";

/** What `headgate restart` asks of a running supervisor. */
export type Command = { readonly type: "restart" };

export type CommandAnswer = { readonly ok: boolean; readonly message: string };

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

/** Sends one command and waits for its answer. Throws where nobody listens or the answer does not come in time. */
export async function sendCommand(path: string, command: Command, timeoutMs: number): Promise<CommandAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<CommandAnswer>();
  let text = "";
  const socket = await Bun.connect({
    unix: path,
    socket: {
      data: (_socket, bytes) => {
        text += bytes.toString();
      },
      close: () =>
        text.endsWith("\n") ? resolve(JSON.parse(text)) : reject(new Error("the supervisor ended before it answered")),
    },
  });
  const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
  socket.write(`${JSON.stringify(command)}\n`);
  return promise.finally(() => {
    clearTimeout(timer);
    socket.end();
  });
}

/** Whether somebody listens on the socket. */
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
    const command = parseCommand(text);
    return command === undefined ? { ok: false, message: "the command is not known" } : await answer(command);
  } catch (error) {
    return { ok: false, message: messageOf(error) };
  }
}

function parseCommand(text: string): Command | undefined {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || !("type" in value)) return undefined;
  return value.type === "restart" ? { type: "restart" } : undefined;
}
