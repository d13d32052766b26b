import { hash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { PageSource } from "./page-source";

/** The files of one build, each compressed the first time that it is asked for and kept so. */
export type PageFiles = {
  /** Undefined where the build has no such file. */
  readonly find: (path: string) => PageFile | undefined;
};

export type PageFile = {
  readonly contentType: string;
  /** Of the content as it was built. */
  readonly etag: string;
  readonly encodings: readonly Encoding[];
  readonly encoded: (encoding: Encoding) => Promise<Uint8Array<ArrayBuffer>>;
};

/** As `content-encoding` names them; the smallest first. */
export type Encoding = "br" | "gzip" | "identity";

const contentTypes: { readonly [extension: string]: string } = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  ico: "image/x-icon",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  webmanifest: "application/manifest+json",
  woff2: "font/woff2",
};
/** What is compressed already only grows. */
const compressed: ReadonlySet<string> = new Set(["png", "woff2"]);

export function createPageFiles(source: PageSource): PageFiles {
  const known = new Map<string, PageFile>();
  return {
    find: (path) => {
      const before = known.get(path);
      if (before !== undefined) return before;
      const content = isSafe(path) ? source.read(path) : undefined;
      if (content === undefined) return undefined;
      const file = createFile(path, Uint8Array.from(content));
      known.set(path, file);
      return file;
    },
  };
}

/** Names of files that a build makes; none leads out of its folder, none is hidden. */
function isSafe(path: string): boolean {
  return /^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/.test(path);
}

function createFile(path: string, content: Uint8Array<ArrayBuffer>): PageFile {
  const extension = path.slice(path.lastIndexOf(".") + 1);
  const kept = new Map<Encoding, Promise<Uint8Array<ArrayBuffer>>>();
  return {
    contentType: contentTypes[extension] ?? "application/octet-stream",
    etag: `W/"${hash("sha256", content, "base64url").slice(0, 22)}"`,
    encodings: compressed.has(extension) ? ["identity"] : ["br", "gzip", "identity"],
    encoded: (encoding) => {
      const bytes = kept.get(encoding) ?? encode(content, encoding);
      kept.set(encoding, bytes);
      return bytes;
    },
  };
}

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);
/** A tenth of the time of brotli's 11, for 4 % more bytes. */
const brotliQuality = 9;

/** In zlib's threads: nothing else waits for it. */
async function encode(content: Uint8Array<ArrayBuffer>, encoding: Encoding): Promise<Uint8Array<ArrayBuffer>> {
  switch (encoding) {
    case "br": {
      const params = {
        [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      };
      return Uint8Array.from(await brotli(content, { params }));
    }
    case "gzip":
      return Uint8Array.from(await gzipped(content, { level: 9 }));
    case "identity":
      return content;
  }
}
