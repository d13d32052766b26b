/** What a request's path was before Bun resolved its dot segments, as far as that matters. */
export type WrittenPath = "dot-segments" | "control" | "other";

/**
 * Patterns of Bun's router, which sees paths as they were written, and what a path that matches is. Bun's URLs have dot
 * segments resolved, also percent-encoded ones: without these `/v1/%2e%2e/api/settings` would be `/api/settings`, and pass
 * a proxy that lets nothing but `/v1/` through. Deeper than eight segments a dot segment is seen only where it leads to the
 * control plane's paths or away from them.
 */
export function writtenPatterns(): ReadonlyMap<string, WrittenPath> {
  const patterns = new Map<string, WrittenPath>();
  for (const name of controlNames) for (const end of ["", "/*"]) patterns.set(`/${name}${end}`, "control");
  for (let depth = 0; depth < maxDepth; depth++) {
    const before = Array.from({ length: depth }, (_, index) => `/:segment${index}`).join("");
    for (const dots of dotSegments)
      for (const end of ["", "/*"]) patterns.set(`${before}/${dots}${end}`, "dot-segments");
  }
  return patterns;
}

/** The first segments of the control plane's paths: dashboard, admin API, sign-in, metrics. */
export const controlNames = ["ui", "api", "auth", "scim", "metrics"] as const;

const maxDepth = 8;
const dot = [".", "%2e", "%2E"];
const dotSegments = [...dot, ...dot.flatMap((first) => dot.map((second) => first + second))];
