import { noUsage } from "#core/usage";
import type { JsonAnswer } from "#dialects/operation";
import type { AnswerHeaders } from "#upstream/upstream";

/** An answer whose body says no usage, metered by the header in which its provider counts the input, where it does. */
export function countedInHeader(answer: JsonAnswer, headers: AnswerHeaders): JsonAnswer {
  const { inputCountHeader, meter } = answer;
  const said = inputCountHeader === undefined ? null : headers.get(inputCountHeader);
  if (said === null || !count.test(said)) return answer;
  const usage = { ...noUsage, input: Number(said) };
  return {
    ...answer,
    meter: (body) => {
      const facts = meter(body);
      return facts === undefined || facts.usage !== undefined ? facts : { ...facts, usage };
    },
  };
}

const count = /^\d{1,12}$/;
