import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bunBinary } from "../../test/harness/bun-binary.ts";
import { spawnChild } from "../../test/harness/child.ts";
import { freePort } from "../../test/harness/free-port.ts";
import { wholeAnswers } from "./answers.ts";
import { startNginx } from "./nginx.ts";

/** What stands in for providers; their processor time is nobody's. */
export type Upstreams = {
  /** Whole answers of either dialect: `/v1/…`. */
  readonly whole: string;
  /** The same over TLS. */
  readonly tls: string;
  /** The certificate that `tls` shows, to be trusted. */
  readonly certificateFile: string;
  /** Streams: `/<events>x<ms apart>/v1/…`. */
  readonly streams: string;
  /** Connections that all of them have seen so far. */
  readonly opened: () => Promise<number>;
  readonly stop: () => Promise<void>;
};

export async function startUpstreams(): Promise<Upstreams> {
  const directory = mkdtempSync(join(tmpdir(), "headgate-bench-tls-"));
  const certificateFile = makeCertificate(directory);
  const tlsPort = await freePort();
  const locations = `
    location /v1/chat/completions { return 200 '${wholeAnswers["openai-chat"]}'; }
    location /v1/messages { return 200 '${wholeAnswers["anthropic-messages"]}'; }
    location / { return 200 '{}'; }`;
  const nginx = await startNginx({
    locations,
    http: `ssl_certificate ${certificateFile}; ssl_certificate_key ${directory}/key.pem;
      server { listen 127.0.0.1:${tlsPort} ssl backlog=4096; ${locations} }`,
  });
  const script = fileURLToPath(new URL("./stream-upstream.ts", import.meta.url));
  const streams = spawnChild([bunBinary(), script], { name: "stream upstream" });
  const streamsUrl = `http://127.0.0.1:${await streams.firstLine(5000)}`;
  return {
    whole: nginx.url,
    tls: `https://127.0.0.1:${tlsPort}`,
    certificateFile,
    streams: streamsUrl,
    // Each question opens one itself, or none: it is not told apart.
    opened: async () => (await nginx.accepted()) + Number(await (await fetch(streamsUrl)).text()),
    stop: async () => {
      await Promise.all([nginx.stop(), streams.stop("SIGTERM", 1000)]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function makeCertificate(directory: string): string {
  const file = join(directory, "certificate.pem");
  const name = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const files = ["-keyout", join(directory, "key.pem"), "-out", file];
  execFileSync("openssl", ["req", "-x509", "-days", "2", ...key, ...name, ...files], { stdio: "ignore" });
  return file;
}
