import { expect, test } from "bun:test";
import { cpuMs } from "../../test/harness/cpu-time";
import { maskBytes, maskSecrets, type secretPatterns } from "./mask-secrets";

test("maskSecrets() takes out the secrets it is given", () => {
  expect(maskSecrets("bad key zebra-123 and zebra-123", ["zebra-123"])).toBe("bad key *** and ***");
});

/** Made up, of the right shape. */
const examples: { readonly [name in keyof typeof secretPatterns]: readonly string[] } = {
  "keys of providers and of Headgate": ["sk-proj-abcdefgh12345678", "sk-ant-api03-abcdefgh", "hg-0123456789abcdef"],
  "bearer tokens": ["Bearer abcdefghijkl"],
  "Google keys": ["AIzaSyA1234567890abcdefghijkl"],
  "AWS key ids": ["AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"],
  "AWS secrets": [
    `aws_secret_access_key = ${"wJalr/+XUt".repeat(4)}`,
    `\\"AWS_SECRET_ACCESS_KEY\\": \\"${"wJalr/+XUt".repeat(4)}`,
  ],
  "JSON web tokens": ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-_def"],
  "GitHub and Slack tokens": [`ghp_${"aB3".repeat(12)}`, "xoxb-123456789012-abcdef"],
  "private keys": [
    `-----BEGIN RSA PRIVATE KEY-----\n${"MIIEow+/IBAA\n".repeat(20)}-----END RSA PRIVATE KEY-----`,
    `-----BEGIN PRIVATE KEY-----\\nMIIEow+/IBAA\\n-----END PRIVATE KEY-----`,
    "-----BEGIN EC PRIVATE KEY-----\nMIIEow and it is cut",
  ],
};

for (const [name, secrets] of Object.entries(examples)) {
  test(`maskSecrets() takes out ${name} by their shape`, () => {
    for (const secret of secrets) {
      const masked = maskSecrets(`before ${secret}. after`, []);
      expect(masked).toStartWith("before ");
      expect(masked).toContain("***");
      expect(masked).toEndWith("after");
      for (let at = 6; at + 8 <= secret.length; at += 8) {
        const part = secret.slice(at, at + 8);
        if (!part.includes("cut")) expect(masked).not.toContain(part);
      }
    }
  });
}

test("maskSecrets() leaves ordinary text alone", () => {
  const text =
    "The model gpt-4o does not exist; max_tokens must be at least 1, see task-list, eyJ and aws_secret_key: none";
  expect(maskSecrets(text, [])).toBe(text);
});

test("maskBytes() keeps the length and every other byte, whatever the encoding", () => {
  const bytes = Buffer.from("grüße 𝄞 sk-proj-abcdefgh12345678 end");
  expect(Buffer.from(maskBytes(bytes)).toString()).toBe("grüße 𝄞 ************************ end");
  const binary = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  expect(maskBytes(binary)).toBe(binary);
});

test("maskSecrets() takes time linear in the text, whatever the text is", () => {
  const starts = [
    "eyJ",
    "-eyJ",
    "Bearer ",
    "aws_secret_key ",
    "eyJaaaaaaaaa.",
    "-----BEGIN ",
    "-----BEGIN PRIVATE KEY-----\\n",
    "sk-",
    "ghp_",
  ];
  const tookMs = cpuMs(() => {
    for (const start of starts) maskSecrets(start.repeat(400_000 / start.length), []);
    maskSecrets(`Bearer${" ".repeat(400_000)}`, []);
  });
  // Some 40 ms; with one quadratic expression, minutes.
  expect(tookMs).toBeLessThan(3000);
});
