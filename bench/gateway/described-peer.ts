import { readFileSync } from "node:fs";
import * as z from "zod";
import type { Peer } from "./peers.ts";

/** `{port}`, `{whole}` and `{streams}` stand for addresses, `{provider}` and `{upstream}` for what a question asks for. */
const description = z.strictObject({
  name: z.string(),
  /** The program by its path, and its arguments. */
  command: z.array(z.string()).min(1),
  env: z.record(z.string(), z.string()).default({}),
  /** What it does beside passing bytes on, and what it leaves out. */
  does: z.string(),
  model: z.string().default("{provider}-{upstream}"),
  headers: z.record(z.string(), z.string()).default({}),
  /** Whether it answers clients of one dialect from providers of the other. */
  translates: z.boolean().default(false),
});

/** A gateway that a JSON file describes; its own configuration is up to whoever wrote that. */
export function describedPeer(file: string): Peer {
  const { name, command, env, does, model, headers, translates } = description.parse(
    JSON.parse(readFileSync(file, "utf8")),
  );
  return {
    name,
    program: command[0] ?? "",
    install: "by hand",
    does,
    command: (port, { whole, streams }) =>
      command.map((word) =>
        word.replace("{port}", String(port)).replace("{whole}", whole).replace("{streams}", streams),
      ),
    env,
    wording: ({ client, provider, upstream, key }) => {
      if (key !== undefined || upstream === "tls" || (client !== provider && !translates)) return undefined;
      return { model: model.replace("{provider}", provider).replace("{upstream}", upstream), headers };
    },
  };
}
