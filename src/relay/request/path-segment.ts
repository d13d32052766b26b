import { GatewayError } from "#core/errors";

/** Also behind slashes: there are servers that decode them before they look for dot segments. */
const dots = /(?:^|[\\/])\.{1,2}(?:[\\/;]|$)/;

/**
 * A name that a client chose, as one segment of a provider's path. Encoding leaves dots as they are, and with the model `..` the
 * path `/model/../converse` asks for something else with the provider's key: throws GatewayError `invalid_request`.
 */
export function pathSegment(name: string): string {
  if (dots.test(name)) throw new GatewayError("invalid_request", `Cannot ask for "${name}": it has dot segments`);
  return encodeURIComponent(name);
}
