import { expect, test } from "bun:test";
import { cpuMs } from "../../test/harness/cpu-time";
import { maskInPlace, maskSecrets, secretPatterns } from "./mask-secrets";

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

test("maskInPlace() keeps the length and every other byte, whatever the encoding", () => {
  expect(masked("grüße 𝄞 sk-proj-abcdefgh12345678 end")).toBe("grüße 𝄞 ************************ end");
  const binary = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  expect(masked(binary.toString("latin1"), "latin1")).toBe(binary.toString("latin1"));
});

for (const [name, secrets] of Object.entries(examples)) {
  test(`maskInPlace() takes out ${name} wherever they stand`, () => {
    for (const secret of secrets) {
      for (const around of ["", " ", '"', "\0", "-", "xyz."]) {
        const text = `${around}${secret}${around}`;
        expect(masked(text)).toBe(oneByOne(text));
        expect(masked(`before ${text}`)).toMatch(/\*{8}/);
      }
    }
  });
}

test("maskInPlace() knows every way in which a secret may begin", () => {
  const awsNames = ["", "_"].flatMap((first) =>
    ["", "_", "access", "_access", "access_", "_access_"].map((second) => `aws${first}secret${second}key`),
  );
  const prefixes = "sk pk rk hg hga gsk xai csk pplx fw tgp key r8 hf".split(" ");
  const secrets = [
    ...awsNames.flatMap((name) => [name, name.toUpperCase()]).map((name) => `${name}: ${"wJalr/+XUt".repeat(4)}`),
    ...prefixes.flatMap((prefix) => [`${prefix}-abcdefgh`, `${prefix}_12345678`]),
    ..."ghp_ gho_ ghs_ ghu_ ghr_ github_pat_".split(" ").map((prefix) => prefix + "aB3".repeat(12)),
    ...Array.from("abeoprs", (letter) => `xox${letter}-abcdefghij`),
  ];
  for (const secret of secrets) {
    for (const text of [secret, `a ${secret}`])
      expect(masked(text)).toBe(text.replace(secret, "*".repeat(secret.length)));
  }
});

test("maskInPlace() masks what looking for every kind of secret at every place would, in each of many texts", () => {
  let state = 20_261_129;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] ?? "";
  const text = () => Array.from({ length: 1 + Math.floor(random() * 12) }, () => pick(pieces)).join("");
  let secrets = 0;
  for (let round = 0; round < 20_000; round++) {
    const texts = [text(), text(), text()];
    const expected = texts.map(oneByOne).join("\0");
    expect(masked(texts.join("\0"))).toBe(expected);
    if (expected.includes("****")) secrets += 1;
  }
  expect(secrets).toBeGreaterThan(2000);
});

function masked(text: string, encoding: BufferEncoding = "utf8"): string {
  const bytes = Buffer.from(text, encoding);
  maskInPlace(bytes);
  return bytes.toString(encoding);
}

/** The meaning of `maskInPlace()`, without its haste. */
function oneByOne(text: string): string {
  const sources = Object.values(secretPatterns).map(({ source, flags }) => (flags === "i" ? `(?i:${source})` : source));
  return text.replace(new RegExp(sources.join("|"), "g"), (secret) => "*".repeat(secret.length));
}

/** What secrets, and what nearly is one, are made of. */
const pieces = [
  ..."sk pk rk hg hga gsk xai csk pplx fw tgp key r8 hf Bearer AIza AKIA ASIA aws AWS_ eyJ xoxb xox github_pat_".split(
    " ",
  ),
  ..."ghp_ gho_ ghs_ ghu_ ghr_ gh_ SecRet_ secret access access_ access_key Key _key KEY -----BEGIN -----END PRIVATE RSA".split(
    " ",
  ),
  ...["-", "_", "-", "_", ".", " ", '"', "\\", ":", "=", "\n", "-----", "é", "*", "/", "+", " = "],
  ...["PRIVATE KEY-----", " PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----", "k-", "ey_", "Bearer "],
  ...["a", "abcdefgh", "A1B2C3D4E5F6", "0123456789abcdef01234567", "wJalr/+XUtwJalr/+XUtwJalr/+XUtwJalr/+XUt"],
];

test("maskSecrets() and maskInPlace() take time linear in the text, whatever it is", () => {
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
    for (const start of starts) maskInPlace(Buffer.from(start.repeat(400_000 / start.length)));
    maskInPlace(Buffer.from(`Bearer${" ".repeat(400_000)}`));
  });
  // Some 80 ms; with one quadratic expression, minutes.
  expect(tookMs).toBeLessThan(3000);
});
