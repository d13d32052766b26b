import { ai21 } from "./ai21/provider";
import { aihubmix } from "./aihubmix/provider";
import { alibaba } from "./alibaba/provider";
import { anthropic } from "./anthropic/provider";
import { azureOpenai } from "./azure-openai/provider";
import { baseten } from "./baseten/provider";
import { bedrock } from "./bedrock/provider";
import { berget } from "./berget/provider";
import { cerebras } from "./cerebras/provider";
import { chutes } from "./chutes/provider";
import { clarifai } from "./clarifai/provider";
import { cloudflare } from "./cloudflare/provider";
import { cohere } from "./cohere/provider";
import { cortecs } from "./cortecs/provider";
import { crusoe } from "./crusoe/provider";
import { databricks } from "./databricks/provider";
import { deepinfra } from "./deepinfra/provider";
import { deepseek } from "./deepseek/provider";
import { demo } from "./demo/provider";
import { digitalocean } from "./digitalocean/provider";
import { dockerModelRunner } from "./docker-model-runner/provider";
import { featherless } from "./featherless/provider";
import { fireworks } from "./fireworks/provider";
import { friendli } from "./friendli/provider";
import { gemini } from "./gemini/provider";
import { githubModels } from "./github-models/provider";
import { gmicloud } from "./gmicloud/provider";
import { groq } from "./groq/provider";
import { helicone } from "./helicone/provider";
import { huggingface } from "./huggingface/provider";
import { hyperbolic } from "./hyperbolic/provider";
import { inception } from "./inception/provider";
import { inferenceNet } from "./inference-net/provider";
import { ioNet } from "./io-net/provider";
import { jina } from "./jina/provider";
import { lemonade } from "./lemonade/provider";
import { llama } from "./llama/provider";
import { llamacpp } from "./llamacpp/provider";
import { lmstudio } from "./lmstudio/provider";
import { minimax } from "./minimax/provider";
import { mistral } from "./mistral/provider";
import { modelscope } from "./modelscope/provider";
import { moonshot } from "./moonshot/provider";
import { morph } from "./morph/provider";
import { nearai } from "./nearai/provider";
import { nebius } from "./nebius/provider";
import { nova } from "./nova/provider";
import { novita } from "./novita/provider";
import { nscale } from "./nscale/provider";
import { nvidia } from "./nvidia/provider";
import { ollama } from "./ollama/provider";
import { ollamaCloud } from "./ollama-cloud/provider";
import { openai } from "./openai/provider";
import { openrouter } from "./openrouter/provider";
import { ovhcloud } from "./ovhcloud/provider";
import { parasail } from "./parasail/provider";
import { perplexity } from "./perplexity/provider";
import { poe } from "./poe/provider";
import type { ProviderDefinition } from "./provider";
import { qiniu } from "./qiniu/provider";
import { regolo } from "./regolo/provider";
import { reka } from "./reka/provider";
import { requesty } from "./requesty/provider";
import { sambanova } from "./sambanova/provider";
import { sarvam } from "./sarvam/provider";
import { scaleway } from "./scaleway/provider";
import { sglang } from "./sglang/provider";
import { siliconflow } from "./siliconflow/provider";
import { siliconflowCn } from "./siliconflow-cn/provider";
import { snowflake } from "./snowflake/provider";
import { stackit } from "./stackit/provider";
import { stepfun } from "./stepfun/provider";
import { synthetic } from "./synthetic/provider";
import { tinfoil } from "./tinfoil/provider";
import { together } from "./together/provider";
import { upstage } from "./upstage/provider";
import { v0 } from "./v0/provider";
import { venice } from "./venice/provider";
import { vercel } from "./vercel/provider";
import { vertex } from "./vertex/provider";
import { vllm } from "./vllm/provider";
import { volcengine } from "./volcengine/provider";
import { voyage } from "./voyage/provider";
import { vultr } from "./vultr/provider";
import { wandb } from "./wandb/provider";
import { xai } from "./xai/provider";
import { xiaomi } from "./xiaomi/provider";
import { zai } from "./zai/provider";
import { zenmux } from "./zenmux/provider";
import { zhipu } from "./zhipu/provider";

const definitions: readonly ProviderDefinition[] = [
  openai,
  anthropic,
  bedrock,
  gemini,
  vertex,
  azureOpenai,
  groq,
  mistral,
  deepseek,
  xai,
  openrouter,
  together,
  fireworks,
  perplexity,
  cerebras,
  cohere,
  moonshot,
  zai,
  zhipu,
  alibaba,
  minimax,
  stepfun,
  xiaomi,
  upstage,
  inception,
  llama,
  nova,
  ai21,
  morph,
  sarvam,
  reka,
  nebius,
  databricks,
  snowflake,
  cloudflare,
  githubModels,
  huggingface,
  baseten,
  sambanova,
  nvidia,
  deepinfra,
  hyperbolic,
  novita,
  siliconflow,
  siliconflowCn,
  chutes,
  clarifai,
  digitalocean,
  friendli,
  featherless,
  nscale,
  gmicloud,
  inferenceNet,
  ioNet,
  nearai,
  parasail,
  wandb,
  vultr,
  crusoe,
  scaleway,
  ovhcloud,
  stackit,
  berget,
  regolo,
  cortecs,
  tinfoil,
  synthetic,
  venice,
  ollamaCloud,
  modelscope,
  volcengine,
  qiniu,
  vercel,
  v0,
  helicone,
  requesty,
  poe,
  aihubmix,
  zenmux,
  voyage,
  jina,
  ollama,
  vllm,
  sglang,
  lmstudio,
  llamacpp,
  lemonade,
  dockerModelRunner,
  demo,
];

/** Every provider that Headgate knows by name, by id. */
export const providerDefinitions: ReadonlyMap<string, ProviderDefinition> = new Map(
  definitions.map((definition) => [definition.id, definition]),
);
