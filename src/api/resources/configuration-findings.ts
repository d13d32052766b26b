import { resolveModel } from "#routing/resolve-model";
import type { Finding } from "#system/finding";
import type { ApiServices } from "../services";

type Services = Pick<ApiServices, "configuration" | "catalog" | "readiness">;

/** What is configured and cannot serve, or is open where it seldom should be. Empty where all is well. */
export function configurationFindings({ configuration, catalog, readiness }: Services): readonly Finding[] {
  const content = configuration.content();
  const providers = [...content.providers.values()];
  const keyless = providers.filter(({ auth, keys }) => auth !== "none" && keys.length === 0);
  const routes = [...content.routes.values()].filter(({ alias }) => {
    const found = resolveModel(alias, content, catalog);
    return found === undefined || found.targets.length + found.fallbacks.length === 0;
  });
  const { workersOutdated } = readiness();
  return [
    ...keyless.map(({ id }) => warn(`provider ${id}`, "has no key that can be used: add one, or set its variable")),
    ...routes.map(({ alias }) => warn(`route ${alias}`, "leads to no provider that is switched on")),
    ...(content.settings.auth === "optional"
      ? [warn("settings.auth", "optional: anybody who reaches the port may ask models")]
      : []),
    ...(workersOutdated > 0
      ? [warn("workers", `${workersOutdated} cannot read the newest configuration: restart the instance`)]
      : []),
  ];
}

function warn(subject: string, text: string): Finding {
  return { level: "warn", subject, text };
}
