import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AwsV4Signer } from "aws4fetch";

// AWS's own vectors, where they are: that the library signs as AWS does, with the path encoded once more.
const folder = join(
  import.meta.dir,
  ...["..", "..", "..", "shared", "reference", "specs", "vectors", "aws-sigv4-test-suite", "tests"],
  ...["aws-signing-test-suite", "v4"],
);
const names = existsSync(folder) ? readdirSync(folder) : [];
/** Those that sign what our requests do not have: a host of its own, repeated or folded headers, odd paths. */
const ours = /^(?:post|get)-vanilla|sts-header-(?:before|after)/;

describe.skipIf(names.length === 0)("AWS's vectors of Signature Version 4", () => {
  for (const name of names.filter((each) => ours.test(each)))
    test(name, async () => {
      const read = (file: string) => readFileSync(join(folder, name, file), "utf8");
      const context: unknown = JSON.parse(read("context.json"));
      const [head = "", body = ""] = read("request.txt").split(/\r?\n\r?\n/);
      const [start = "", ...lines] = head.split(/\r?\n/);
      const [, method = "", path = ""] = /^(\S+) (.*) HTTP\/1\.1$/.exec(start) ?? [];
      const headers = Object.fromEntries(
        lines
          .filter((line) => line !== "")
          .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]),
      );
      const { Host, "X-Amz-Date": _date, ...others } = headers;
      const { credentials, omit_session_token: appendSessionToken = false, timestamp } = readContext(context);
      const signer = new AwsV4Signer({
        ...{ method, url: `https://${Host}${path}`, headers: others, body, service: "service", region: "us-east-1" },
        ...{ datetime: timestamp.replace(/[-:]/g, ""), allHeaders: true, appendSessionToken, ...credentials },
      });
      expect(await signer.signature()).toBe(read("header-signature.txt").trim());
    });
});

type Context = {
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  readonly omit_session_token?: boolean;
  readonly timestamp: string;
};

function readContext(value: unknown): Context {
  const text = (object: unknown, key: string) => String(Reflect.get(Object(object), key) ?? "");
  const given = Reflect.get(Object(value), "credentials");
  const sessionToken = text(given, "token");
  return {
    credentials: {
      accessKeyId: text(given, "access_key_id"),
      secretAccessKey: text(given, "secret_access_key"),
      ...(sessionToken !== "" && { sessionToken }),
    },
    omit_session_token: Reflect.get(Object(value), "omit_session_token") === true,
    timestamp: text(value, "timestamp"),
  };
}
