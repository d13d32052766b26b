import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:tls";
import { okAnswer, startTcpProvider, type TcpProvider } from "./fixtures/tcp-provider";

const directory = mkdtempSync(join(tmpdir(), "headgate-tls-"));
const running: TcpProvider[] = [];

afterEach(() => {
  for (const provider of running.splice(0)) provider.stop();
});
afterAll(() => rmSync(directory, { recursive: true }));

/** An authority of this test, and a certificate for such names that it vouches for, or that vouches for itself. */
function certificate(
  name: string,
  subjects: string,
  isSelfSigned = false,
): { readonly cert: string; readonly key: string } {
  const file = (ending: string) => join(directory, `${name}.${ending}`);
  writeFileSync(file("ext"), `subjectAltName=${subjects}`);
  const signedBy = isSelfSigned ? [] : ["-CA", join(directory, "ca.pem"), "-CAkey", join(directory, "ca.key")];
  const made = Bun.spawnSync([
    ...["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"],
    ...["-subj", `/CN=${name}`, "-addext", `subjectAltName=${subjects}`, ...signedBy],
    ...["-keyout", file("key"), "-out", file("pem")],
  ]);
  if (made.exitCode !== 0) throw new Error(made.stderr.toString());
  return { cert: readFileSync(file("pem"), "utf8"), key: readFileSync(file("key"), "utf8") };
}

certificate("ca", "DNS:authority.test", true);

/** Asks URLs one after the other in a process of its own, which trusts the authority, and gives what came of each. */
async function ask(urls: readonly string[], environment: { readonly [name: string]: string } = {}) {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "fixtures/ask-urls-child.ts"), ...urls], {
    env: { NODE_EXTRA_CA_CERTS: join(directory, "ca.pem"), ...environment },
    stdout: "pipe",
  });
  const text = await new Response(child.stdout).text();
  return text.trim().split("\n");
}

async function tlsProvider(name: string, subjects: string, isSelfSigned = false) {
  const seen: string[] = [];
  const resumed: boolean[] = [];
  const options = certificate(name, subjects, isSelfSigned);
  const provider = await startTcpProvider(
    (socket, bytes) => {
      seen.push(bytes.toString().split("\r\n")[0] ?? "");
      socket.write(okAnswer.replace("\r\n", "\r\nconnection: close\r\n"));
    },
    (onSocket) =>
      createServer(options, (socket) => {
        resumed.push(socket.isSessionReused());
        onSocket(socket);
      }),
  );
  running.push(provider);
  return { port: provider.port, seen, resumed };
}

describe("createUpstreamClient() over TLS", () => {
  test("asks a provider whose certificate names its host, by name and by address", async () => {
    const { port, seen } = await tlsProvider("good", "DNS:localhost,IP:127.0.0.1");
    expect(await ask([`https://localhost:${port}/a`, `https://127.0.0.1:${port}/b`])).toEqual(["ok", "ok"]);
    expect(seen).toEqual(["POST /a HTTP/1.1", "POST /b HTTP/1.1"]);
  });

  test("resumes the session of an earlier connection to the same host", async () => {
    const { port, resumed } = await tlsProvider("good", "DNS:localhost,IP:127.0.0.1");
    const urls = [`https://localhost:${port}/`, `https://localhost:${port}/`, `https://127.0.0.1:${port}/`];
    expect(await ask(urls)).toEqual(["ok", "ok", "ok"]);
    expect(resumed).toEqual([false, true, false]);
  });

  const wrong: readonly (readonly [what: string, subjects: string, isSelfSigned: boolean, code: string])[] = [
    ["another host's", "DNS:other.test,IP:127.0.0.9", false, "ERR_TLS_CERT_ALTNAME_INVALID"],
    ["self-signed", "DNS:localhost,IP:127.0.0.1", true, "DEPTH_ZERO_SELF_SIGNED_CERT"],
  ];
  for (const [what, subjects, isSelfSigned, code] of wrong) {
    test(`sends nothing where the certificate is ${what}`, async () => {
      const { port, seen } = await tlsProvider("wrong", subjects, isSelfSigned);
      const message = `Cannot connect to the provider: no trusted TLS connection (${code})`;
      expect(await ask([`https://localhost:${port}/`, `https://127.0.0.1:${port}/`])).toEqual([message, message]);
      expect(seen).toEqual([]);
    });
  }
});

describe("createUpstreamClient() behind a proxy", () => {
  /** Connects where it is told to, and notes what it was asked. */
  async function proxy() {
    const asked: string[] = [];
    const started = await startTcpProvider((socket, bytes, count) => {
      if (count > 1) return;
      const head = bytes.toString();
      asked.push(head);
      const port = Number(/^CONNECT [^:]+:(\d+) /.exec(head)?.[1]);
      if (Number.isNaN(port)) socket.write(okAnswer);
      else tunnel(socket, port);
    });
    running.push(started);
    return { port: started.port, asked };
  }
  const tunnel = (socket: Socket, port: number) => {
    const other = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(other);
      other.pipe(socket);
    });
    other.on("error", () => socket.destroy());
  };

  test("asks it for the whole URL, and for a tunnel where TLS is spoken", async () => {
    const { port, seen } = await tlsProvider("good", "DNS:localhost,IP:127.0.0.1");
    const { port: proxyPort, asked } = await proxy();
    const environment = {
      HTTP_PROXY: `http://user:p%40ss@127.0.0.1:${proxyPort}`,
      HTTPS_PROXY: `http://user:p%40ss@127.0.0.1:${proxyPort}`,
    };
    const answers = await ask([`http://plain.test/a?b`, `https://localhost:${port}/c`], environment);
    expect(answers).toEqual(["ok", "ok"]);
    const credentials = `Basic ${Buffer.from("user:p@ss").toString("base64")}`;
    expect(asked[0]).toStartWith("POST http://plain.test/a?b HTTP/1.1\r\nhost: plain.test\r\n");
    expect(asked[1]).toStartWith(`CONNECT localhost:${port} HTTP/1.1\r\nhost: localhost:${port}\r\n`);
    for (const head of asked) expect(head).toContain(`proxy-authorization: ${credentials}\r\n`);
    expect(seen).toEqual(["POST /c HTTP/1.1"]);
  });

  test("checks the certificate inside the tunnel, and goes round the proxy where NO_PROXY says so", async () => {
    const { port, seen } = await tlsProvider("wrong", "DNS:other.test,IP:127.0.0.9");
    const { port: proxyPort, asked } = await proxy();
    const url = `https://localhost:${port}/`;
    const message = "Cannot connect to the provider: no trusted TLS connection (ERR_TLS_CERT_ALTNAME_INVALID)";
    const environment = { HTTPS_PROXY: `http://127.0.0.1:${proxyPort}` };
    expect(await ask([url], environment)).toEqual([message]);
    expect(asked.length).toBe(1);
    expect(await ask([url], { ...environment, NO_PROXY: "a.test, localhost" })).toEqual([message]);
    expect(asked.length).toBe(1);
    expect(seen).toEqual([]);
  });

  test("says that the proxy refused", async () => {
    const refusing = await startTcpProvider((socket) => socket.end("HTTP/1.1 407 Who\r\ncontent-length: 0\r\n\r\n"));
    running.push(refusing);
    const answers = await ask(["https://localhost:1/"], { HTTPS_PROXY: `127.0.0.1:${refusing.port}` });
    expect(answers).toEqual(["Cannot connect to the provider"]);
  });
});
