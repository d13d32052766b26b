import * as z from "zod";
import { changeNote } from "#audit/change-note";
import { ControlError } from "#core/control-error";
import type { SavedView } from "#store/config/log-note";
import { bodyOf, noInput } from "../input";
import { pageOf, pageView } from "../paging";
import { created, noContent, ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { showTime, time } from "../view-fields";

const path = "/api/logs/views";

/** All are given at once. */
const maxViews = 500;

const newView = z.strictObject({
  name: z.string().min(1).max(100),
  query: z
    .string()
    .max(4000)
    .meta({ description: "What the page has behind the `?`. It is not looked at: `outcome=error&team=search`." }),
});

const view = z
  .strictObject({ id: z.string(), name: z.string(), query: z.string(), created_at: time })
  .meta({ id: "SavedView", description: "A list of records that all admins find again." });

export function savedViewRoutes(
  services: Pick<ApiServices, "store" | "audit" | "newId" | "nowMs">,
): readonly ApiRoute[] {
  const { store, audit, newId, nowMs } = services;
  return [
    route({
      method: "GET",
      path,
      summary: "List the saved views, by name",
      permission: "logs:view",
      input: noInput,
      response: ok(pageView(view)),
      handle: async () => pageOf((await store.logNotes.views()).map(showView)),
    }),
    route({
      method: "POST",
      path,
      summary: "Save a view for all admins",
      permission: "logs:edit",
      input: bodyOf(newView),
      response: created(view),
      handle: ({ body, origin, keep }) =>
        audit.commit(origin, async () => {
          const saved = { id: newId(), ...body, createdAtMs: nowMs() };
          refuseView(saved, await store.logNotes.views());
          await store.logNotes.addView(saved);
          const shown = showView(saved);
          return { result: shown, event: noteOf(saved, "create", {}, body), kept: keep(shown) };
        }),
    }),
    route({
      method: "DELETE",
      path: `${path}/{id}`,
      summary: "Delete a saved view",
      permission: "logs:edit",
      input: noInput,
      response: noContent,
      handle: ({ params: { id }, origin }) =>
        audit.commit(origin, async () => {
          const found = (await store.logNotes.views()).find((saved) => saved.id === id);
          if (found === undefined)
            throw new ControlError("not_found", "Cannot find the view: there is none with this id");
          await store.logNotes.deleteView(id);
          const { name, query } = found;
          return { result: undefined, event: noteOf(found, "delete", { name, query }, {}) };
        }),
    }),
  ];
}

function refuseView({ name }: SavedView, views: readonly SavedView[]): void {
  if (views.some((saved) => saved.name === name))
    throw new ControlError("conflict", `Cannot save the view: another one is called "${name}"`);
  if (views.length >= maxViews)
    throw new ControlError("conflict", `Cannot save the view: there are ${maxViews} already; delete one first`);
}

function noteOf({ id, name }: SavedView, verb: string, before: object, after: object) {
  return changeNote({ type: "saved_view", id, name }, verb, before, after);
}

function showView({ id, name, query, createdAtMs }: SavedView): z.output<typeof view> {
  return { id, name, query, created_at: showTime(createdAtMs) };
}
