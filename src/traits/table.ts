import type { TraitRow } from "./row";
import { aggregatorRows, claudeHostRows, leniencyRows } from "./rows/aggregators";
import { alibabaRows } from "./rows/alibaba";
import { anthropicRows, claudeImageRows } from "./rows/anthropic";
import { bedrockRows } from "./rows/bedrock";
import { deepseekRows } from "./rows/deepseek";
import { documentRows } from "./rows/documents";
import { geminiImageRows, geminiRows, generateContentRows } from "./rows/gemini";
import { groqRows } from "./rows/groq";
import { lookalikeRows } from "./rows/lookalikes";
import { mistralRows } from "./rows/mistral";
import { moonshotRows } from "./rows/moonshot";
import { openaiFreeFormRows, openaiImageRows, openaiRows, openaiTokenizerRows, responsesRows } from "./rows/openai";
import { strictRows } from "./rows/strict";
import { unboundedRows } from "./rows/unbounded";
import { xaiRows } from "./rows/xai";
import { zhipuRows } from "./rows/zhipu";

/** What is known of providers and models, from what holds for most to what holds for few: later rows win, trait by trait. */
export const targetRows: readonly TraitRow[] = [
  ...aggregatorRows,
  ...lookalikeRows,
  ...openaiRows,
  ...openaiTokenizerRows,
  ...openaiImageRows,
  ...openaiFreeFormRows,
  ...responsesRows,
  ...geminiRows,
  ...bedrockRows,
  ...generateContentRows,
  ...geminiImageRows,
  ...anthropicRows,
  ...claudeImageRows,
  ...documentRows,
  ...claudeHostRows,
  ...mistralRows,
  ...deepseekRows,
  ...groqRows,
  ...xaiRows,
  ...moonshotRows,
  ...zhipuRows,
  ...alibabaRows,
  ...strictRows,
  ...leniencyRows,
  ...unboundedRows,
];
