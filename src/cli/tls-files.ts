import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import type { StartOptions } from "#config/start-options";
import { messageOf } from "#lib/message-of";

/** Throws one line unless both files can be read and belong together. Said here, before anything has started. */
export function assertTlsFiles(tls: StartOptions["tls"]): void {
  if (tls === undefined) return;
  const cert = read("--tls-cert", tls.certFile);
  const key = read("--tls-key", tls.keyFile);
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw new Error(
      `Cannot serve HTTPS with ${tls.certFile} and ${tls.keyFile}: ${messageOf(error)}; a certificate chain and its key, both PEM, are needed`,
      { cause: error },
    );
  }
}

function read(flag: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Error(`Cannot read the file of ${flag}: ${messageOf(error)}`, { cause: error });
  }
}
