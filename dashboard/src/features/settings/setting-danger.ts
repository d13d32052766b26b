import type { Setting } from "./setting";

/** What to know before a value is saved; `destroys` where no undo brings back what it takes. */
export type Danger = { readonly text: string; readonly destroys: boolean };

export function dangerOf({ name }: Setting, before: string, after: string): Danger | undefined {
  if (before === after) return undefined;
  if (name === "auth" && after === "optional")
    return warning("Anybody who reaches the port can ask models then, at your cost.");
  if (name === "cors" && after.split("\n").includes("*"))
    return warning("Pages of the whole web can ask models then, with a key that they have.");
  if (name === "insecure_sessions" && after === "true")
    return warning("Whoever reads along on the way can act as the admin then.");
  if (name === "content_logging" && after !== "full")
    return warning("Of requests from now on no bodies are kept: they cannot be read or sent again later.");
  if (name === "on_journal_failure" && after === "continue")
    return warning("What is served without a record is in no log and counts for no budget.");
  if (name === "retention_days" && after !== "" && Number(after) < Number(before))
    return { text: `Records and bodies older than ${after} days are deleted for good.`, destroys: true };
  return undefined;
}

function warning(text: string): Danger {
  return { text, destroys: false };
}
