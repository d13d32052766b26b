import type { Actor } from "#audit/origin";
import type { Permission } from "./route";

const withoutAny: ReadonlySet<Actor> = new Set(["virtual_key", "metrics_token", "anonymous"]);

/** Whether an actor may see or change what is not the route's own subject. Admins may all; roles will tell permissions apart. */
export function allows(actor: Actor, _permission: Permission): boolean {
  return !withoutAny.has(actor);
}
