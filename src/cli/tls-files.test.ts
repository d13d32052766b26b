import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertTlsFiles } from "./tls-files";

test("assertTlsFiles() says which file cannot be read, or that the two are no certificate and key", () => {
  const directory = mkdtempSync(join(tmpdir(), "hg-"));
  const certFile = join(directory, "cert.pem");
  const keyFile = join(directory, "key.pem");
  expect(() => assertTlsFiles({ certFile, keyFile })).toThrow("Cannot read the file of --tls-cert: ENOENT");
  writeFileSync(certFile, "not a certificate");
  expect(() => assertTlsFiles({ certFile, keyFile })).toThrow("Cannot read the file of --tls-key: ENOENT");
  writeFileSync(keyFile, "not a key");
  expect(() => assertTlsFiles({ certFile, keyFile })).toThrow("both PEM, are needed");
  expect(() => assertTlsFiles(undefined)).not.toThrow();
  rmSync(directory, { recursive: true });
});
