/** An HTTP proxy that connections go through. */
export type HttpProxy = {
  readonly host: string;
  readonly port: number;
  /** The value of `proxy-authorization`, where its URL carries a user. */
  readonly authorization: string | undefined;
};

/** The proxy for a URL; undefined for a direct connection. */
export type ChooseProxy = (url: URL) => HttpProxy | undefined;

type Variables = { readonly [name: string]: string | undefined };

/**
 * Reads the variables that curl and others agree on, in capitals or not: `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, a list
 * of hosts, domains and `host:port`, or `*`. Throws for a proxy that is no http URL.
 */
export function proxiesOf(variables: Variables): ChooseProxy {
  const variable = (name: string) => variables[name.toLowerCase()] || variables[name] || undefined;
  const plain = readProxy("HTTP_PROXY", variable("HTTP_PROXY"));
  const secure = readProxy("HTTPS_PROXY", variable("HTTPS_PROXY"));
  const exempt = (variable("NO_PROXY") ?? "")
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "");
  return (url) => {
    const proxy = url.protocol === "https:" ? secure : plain;
    return proxy === undefined || exempt.some((entry) => covers(entry, url)) ? undefined : proxy;
  };
}

function readProxy(variable: string, text: string | undefined): HttpProxy | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  if (url === null || url.protocol !== "http:") throw new Error(`Cannot use ${variable}: it must be an http URL`);
  const { hostname, password, port, username } = url;
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? 80 : Number(port),
    authorization: user === ":" ? undefined : `Basic ${Buffer.from(user).toString("base64")}`,
  };
}

function covers(entry: string, { host, hostname }: URL): boolean {
  const bare = entry.replace(/^\*?\./, "");
  return entry === "*" || bare === hostname || bare === host || hostname.endsWith(`.${bare}`);
}
