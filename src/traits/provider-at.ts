import { compileGlob } from "#lib/glob";
import { hosts } from "./rows/hosts";

const compiled = hosts.map(([host, provider]) => ({ fits: compileGlob(host), provider }));

/** The provider whose host this is; undefined for any other, a proxy's or one's own. */
export function providerAt(baseUrl: string): string | undefined {
  const host = URL.parse(baseUrl)?.hostname ?? "";
  return compiled.find(({ fits }) => fits(host))?.provider;
}
