import type { Body } from "#api/call";
import type { Route } from "#api/schema.gen";
import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

export type NewRoute = Body<"POST /api/routes">;

/** Creates a route, or changes the one that is given, where nobody has changed it since. */
export function usePutRoute(before: Route | undefined) {
  const call = useCall();
  const change = (alias: string, { targets, fallbacks = [] }: Pick<NewRoute, "targets" | "fallbacks">, headers = {}) =>
    call("PATCH /api/routes/{alias}", { path: { alias }, body: { targets, fallbacks }, headers });
  const put = (route: NewRoute) =>
    before === undefined
      ? call("POST /api/routes", { body: route })
      : change(before.alias, route, { "if-match": `"${before.version}"` });
  return useChange(put, {
    invalidates: ["routes", "targets", "models"],
    done: ({ alias }) => `${alias} is ${before === undefined ? "created" : "changed"}; requests go by it from now on.`,
    undo: ({ alias }) =>
      before === undefined ? call("DELETE /api/routes/{alias}", { path: { alias } }) : change(alias, before),
    quietErrors: true,
  });
}
