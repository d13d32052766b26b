import type { Environment } from "#config/environment";
import type { Problem } from "#config/problem";
import type { SettingsConfig } from "#config/settings-schema";
import { classifyAddress } from "#lib/ip-address";

/** Doors that stand open: inference without a key, beyond this machine or for pages of anybody. */
export function settingsDoubts(settings: SettingsConfig, environment: Environment): readonly Problem[] {
  return [...openInference(settings, environment), ...wideOrigins(settings)];
}

/** A star beside a letter reaches further than a host, or than its ports: `https://*example.com` is https://evilexample.com too. */
function wideOrigins({ cors }: SettingsConfig): readonly Problem[] {
  return (cors?.origins ?? []).flatMap((origin, index) => {
    if (!/[^/.:]\*|\*[^.:]/.test(origin)) return [];
    const message = `"${origin}" lets in hosts of others: a * is to stand between dots, or for a port`;
    return [{ path: ["settings", "cors", "origins", index], message }];
  });
}

function openInference(
  { auth, cors, public_url: publicUrl, trusted_proxies: proxies = [] }: SettingsConfig,
  { HEADGATE_HOST: host = "" }: Environment,
): readonly Problem[] {
  if (auth !== "optional") return [];
  const open = [
    ...(isBeyondLoopback(host) ? [`HEADGATE_HOST is ${host}`] : []),
    ...(typeof publicUrl === "string" ? ["public_url is set"] : []),
    ...(proxies.length > 0 ? ["trusted_proxies are set"] : []),
    ...((cors?.origins.length ?? 0) > 0 ? ["cors lets pages in"] : []),
  ];
  const message = `auth is optional: whoever reaches the port may ask models${open.length === 0 ? "" : `, and ${open.join(", ")}`}`;
  return [{ path: ["settings", "auth"], message }];
}

/** Whether an address to listen on is reached from other machines. */
export function isBeyondLoopback(host: string): boolean {
  return host !== "" && host !== "localhost" && classifyAddress(host) !== "loopback";
}
