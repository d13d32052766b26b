import type { FailureWords } from "./failure-words";

/**
 * Words that name a dead key or account, and of a limit what reads like one. They come under any status, and often beside a
 * code that says less, so they are looked for first.
 */
export const deadKeyWords: readonly FailureWords[] = [
  {
    about: "dead-key",
    by: "Anthropic",
    words: [
      "credit balance is too low",
      "this organization has been disabled",
      "reached your specified*usage limits",
      "credential is only authorized for use with",
    ],
    source: "https://github.com/anthropics/claude-code/issues/9384, /2127, /8046, /91322",
  },
  {
    about: "dead-key",
    by: "OpenAI",
    words: [
      "billing hard limit has been reached",
      "account is not active, please check your billing details",
      "incorrect api key provided",
      "member of an organization to use the api",
      "country, region, or territory not supported",
    ],
    source: "https://help.openai.com/en/articles/6891839-api-error-codes",
  },
  {
    about: "dead-key",
    by: "Google",
    words: [
      "api key not valid",
      "api key not found",
      "api key expired",
      "api key was reported as leaked",
      "consumer*has been suspended",
      "prepayment credits are depleted",
      "monthly spending cap",
      "project has been denied access",
      "user location is not supported",
    ],
    source:
      "https://github.com/google-gemini/gemini-cli/issues/25198, /24641; https://github.com/dyad-sh/dyad/issues/3626",
  },
  {
    about: "dead-key",
    by: "xAI",
    words: [
      "used all available credits",
      "reached its monthly spending limit",
      "doesn't have any credits",
      "have run out of credits",
    ],
    source:
      "https://github.com/continuedev/continue/issues/10373, /12670; https://github.com/Wei-Shaw/sub2api/issues/4069",
  },
  {
    about: "dead-key",
    by: "Fireworks, Moonshot",
    words: ["account*is suspended", "reaching the monthly spending limit"],
    source:
      "https://github.com/pollinations/pollinations/issues/12136; https://github.com/continuedev/continue/issues/11443",
  },
  {
    about: "dead-key",
    by: "Groq",
    words: ["organization has been restricted"],
    source: "https://github.com/songquanpeng/one-api/issues/1764",
  },
  {
    about: "dead-key",
    by: "DashScope",
    words: ["sure your account is in good standing"],
    source: "https://www.alibabacloud.com/help/en/model-studio/error-code",
  },
  {
    about: "dead-key",
    by: "Volcengine",
    words: ["account has an overdue balance"],
    source: "https://www.volcengine.com/docs/82379/1299023",
  },
  {
    about: "dead-key",
    by: "Zhipu",
    words: ["no resource package", "账户已欠费", "账户已被锁定", "账户存在违规", "账户存违规", "套餐已到期"],
    source: "https://docs.bigmodel.cn/cn/api/api-code, https://docs.z.ai/api-reference/api-code",
  },
  {
    about: "dead-key",
    by: "DeepSeek, MiniMax, SiliconFlow",
    words: ["insufficient balance", "balance is insufficient", "balance not enough", "余额不足"],
    source:
      "https://api-docs.deepseek.com/quick_start/error_codes, https://platform.minimax.io/docs/api-reference/errorcode",
  },
  {
    about: "dead-key",
    by: "Bedrock",
    words: ["security token included in the request is", "api key has expired", "bearer token has expired"],
    source: "https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html",
  },
  {
    about: "dead-key",
    by: "many",
    words: [
      "invalid api key",
      "invalid api-key",
      "api key is invalid",
      "api key is not valid",
      "api key has been revoked",
      "api key has been disabled",
      "insufficient credit",
      "insufficient funds",
      "out of credits",
      "exceeded your monthly included credits",
      "account has been suspended",
      "account has been disabled",
      "account has been deactivated",
      "account is disabled",
      "account is deactivated",
    ],
    source: "https://portkey.ai/error-library, https://github.com/songquanpeng/one-api/pull/1822",
  },
  {
    about: "rate-limit",
    by: "Bedrock",
    words: ["please wait before trying again"],
    source: "https://github.com/anthropics/claude-code/issues/236",
  },
];
