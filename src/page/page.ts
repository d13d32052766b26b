import { createPageFiles, type Encoding, type PageFile, type PageFiles } from "./page-files";
import { pageHeaders } from "./page-headers";
import type { PageSource } from "./page-source";

/** Answers requests for the dashboard, `/ui/` and all below it, from memory; leads to it from elsewhere. */
export type Page = (request: Request) => Promise<Response>;

const base = "/ui/";
/** Their names hold a hash of their content. */
const hashed = "assets/";

export function createPage(source: PageSource): Page {
  let current: { readonly version: string; readonly files: PageFiles } | undefined;
  /** Those of the build that is there now. */
  const files = (): PageFiles | undefined => {
    const version = source.version();
    if (version !== current?.version)
      current = version === undefined ? undefined : { version, files: createPageFiles(source) };
    return current?.files;
  };
  return async (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") return refuse(405, { allow: "GET, HEAD" });
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith(base)) return toPage();
    const built = files();
    if (built === undefined) return beingBuilt();
    const path = pathname.slice(base.length);
    const asked = path === "" ? undefined : built.find(path);
    if (asked === undefined && path.startsWith(hashed)) return refuse(404);
    // The page itself knows what lies at its other paths.
    const file = asked ?? built.find("index.html");
    if (file === undefined) return beingBuilt();
    return answer(request, file, asked !== undefined && path.startsWith(hashed));
  };
}

function toPage(): Response {
  return new Response(null, { status: 302, headers: { ...pageHeaders, "cache-control": "no-cache", location: base } });
}

async function answer(request: Request, file: PageFile, isImmutable: boolean): Promise<Response> {
  const encoding = bestEncoding(file.encodings, request.headers.get("accept-encoding") ?? "");
  const headers = {
    ...pageHeaders,
    "content-type": file.contentType,
    "cache-control": isImmutable ? "public, max-age=31536000, immutable" : "no-cache",
    etag: file.etag,
    vary: "accept-encoding",
    ...(encoding !== "identity" && { "content-encoding": encoding }),
  };
  if (request.headers.get("if-none-match") === file.etag) return new Response(null, { status: 304, headers });
  const bytes = await file.encoded(encoding);
  return new Response(request.method === "HEAD" ? null : bytes, { headers });
}

/** The smallest of those that the client takes. A weight counts only where it is zero. */
function bestEncoding(encodings: readonly Encoding[], accepted: string): Encoding {
  const taken = new Set(
    accepted
      .toLowerCase()
      .split(",")
      .filter((part) => !/;\s*q=0(?:\.0*)?\s*$/.test(part))
      .map((part) => part.replace(/;.*$/, "").trim()),
  );
  return encodings.find((encoding) => taken.has(encoding)) ?? "identity";
}

/** 503 so that programs can tell; the header `refresh` makes a browser ask again, no script or style is needed. */
function beingBuilt(): Response {
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Headgate</title>
<h1>The dashboard is being built</h1>
<p>This page loads again by itself. The gateway answers requests meanwhile.
<p>Nothing happens for a minute? <code>npm start</code> builds the dashboard, and says what went wrong.
</html>
`;
  const headers = { "content-type": "text/html; charset=utf-8", refresh: "2", "retry-after": "2" };
  return new Response(html, { status: 503, headers: { ...pageHeaders, "cache-control": "no-store", ...headers } });
}

function refuse(status: 404 | 405, more: Record<string, string> = {}): Response {
  const text = status === 404 ? "There is no such file\n" : "Cannot use this method here: GET, HEAD can be used\n";
  const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
  return new Response(text, { status, headers: { ...pageHeaders, ...headers, ...more } });
}
