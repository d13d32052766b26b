import type { Finding } from "#system/finding";
import type { ApiServices } from "../services";

type Services = Pick<ApiServices, "configuration" | "doubts" | "readiness">;

/** What is configured and cannot serve, or is open where it seldom should be. Empty where all is well. */
export function configurationFindings({ configuration, doubts, readiness }: Services): readonly Finding[] {
  const content = configuration.content();
  const providers = [...content.providers.values()];
  const keyless = providers.filter(({ auth, keys }) => auth !== "none" && keys.length === 0);
  const { workersOutdated } = readiness();
  return [
    ...keyless.map(({ id }) => warn(`provider ${id}`, "has no key that can be used: add one, or set its variable")),
    ...doubts.ofRoutes().map(({ alias, text }) => warn(`route ${alias}`, text)),
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
