import type { Shot } from "./job.ts";

/** The next request: what is asked, and its bytes. */
export type Magazine = () => { readonly shot: Shot; readonly bytes: Buffer };

/** The bytes of each shot, in the proportion of their weights, over and over. */
export function createMagazine(url: URL, shots: readonly Shot[]): Magazine {
  const filled = shots.flatMap((shot) => {
    const loaded = { shot, bytes: bytesOf(url, shot) };
    return Array.from({ length: shot.weight ?? 1 }, () => loaded);
  });
  let next = 0;
  // A step that is prime to most numbers mixes kinds that would else come in rows.
  return () => {
    const loaded = filled[(next++ * 7) % filled.length];
    if (loaded === undefined) throw new Error("Cannot shoot: there are no shots");
    return loaded;
  };
}

function bytesOf(url: URL, { path, headers, body }: Shot): Buffer {
  const length = Buffer.byteLength(body);
  const lines = Object.entries({ host: url.host, ...headers, "content-length": String(length) });
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`,
  );
}
