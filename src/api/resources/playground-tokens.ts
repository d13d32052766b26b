import * as z from "zod";
import type { Actor } from "#audit/origin";
import { ControlError } from "#core/control-error";
import { generateVirtualKey, hashSecret, virtualKeyPrefix } from "#core/virtual-key";
import { bodyOf } from "../input";
import { created } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { showTime, time } from "../view-fields";
import { declaredKey, findStoredKey } from "./find-virtual-key";

type Services = Pick<ApiServices, "store" | "configuration" | "lentTokens" | "nowMs">;

const lifeMs = 10 * 60 * 1000;

const newTokenSchema = z.strictObject({
  virtual_key: z.string().min(1).max(300).meta({ description: "Id or name of the virtual key that is to pay." }),
});

const view = z
  .strictObject({
    token: z.string().meta({ description: "Sent as a virtual key is. It is never shown again." }),
    expires_at: time,
    virtual_key: z.strictObject({ id: z.string(), name: z.string() }),
  })
  .meta({ id: "PlaygroundToken", description: "A secret that is a virtual key's for ten minutes." });

export function playgroundTokenRoutes(services: Services): readonly ApiRoute[] {
  const { configuration, lentTokens, nowMs } = services;
  return [
    route({
      method: "POST",
      path: "/api/playground/tokens",
      summary:
        "Lend a virtual key for ten minutes: requests with the token are the key's in every limit, budget and record, with the tag `playground`",
      permission: "playground:edit",
      input: bodyOf(newTokenSchema),
      response: created(view),
      handle: async ({ body, origin, keep }) => {
        const key = await findUsableKey(body.virtual_key, services);
        const token = generateVirtualKey(`${virtualKeyPrefix}play-`);
        const [hash, untilMs] = [hashSecret(token), Math.min(nowMs() + lifeMs, key.expiresAtMs)];
        const tags = { playground: "true", playground_user: userOf(origin.actor) };
        const virtualKey = { id: key.id, name: key.name };
        const lend = async () => {
          if (!lentTokens.add({ hash, keyHash: key.hash, tags, untilMs }))
            throw new ControlError(
              "unavailable",
              "Cannot lend the virtual key: too many tokens are out, try again later",
            );
          const result = { token, expires_at: showTime(untilMs), virtual_key: virtualKey };
          const event = { action: "playground_token.create", resource: { type: "virtual_key", ...virtualKey } };
          return { result, changed: "lentTokens" as const, event };
        };
        return configuration.create(origin, lend, keep).catch((error: unknown) => {
          lentTokens.remove(hash);
          throw error;
        });
      },
    }),
  ];
}

/** A key that requests may come with now. */
async function findUsableKey(idOrName: string, { store, configuration, nowMs }: Services) {
  const found = declaredKey(idOrName, configuration) ?? (await findStoredKey(idOrName, store));
  const key = configuration.content().virtualKeys.get(found.hash);
  const expiresAtMs = key?.expiresAtMs ?? Number.POSITIVE_INFINITY;
  if (key === undefined || !key.active || expiresAtMs <= nowMs())
    throw new ControlError(
      "conflict",
      `Cannot lend the virtual key "${idOrName}": it is revoked, switched off or expired`,
    );
  return { id: key.id, name: key.name, hash: found.hash, expiresAtMs };
}

/** Who runs it, as records tell it. */
function userOf(actor: Actor): string {
  return actor === "admin_session" || actor === "admin_token" ? "admin" : actor;
}
