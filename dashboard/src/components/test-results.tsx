import type { ProviderTest, ProviderTestResult } from "#api/schema.gen";
import { formatMs } from "#lib/format-duration";
import { Icon } from "./icon";

/** What came of real calls to a provider, a line for each key: what failed and what to look at. */
export function TestResults({ test }: { readonly test: ProviderTest }) {
  return (
    <ul role="status" aria-label="Results of the test" className="flex min-w-0 flex-col gap-2">
      {test.results.map((result) => (
        <Result key={result.key} result={result} alone={test.results.length === 1} />
      ))}
    </ul>
  );
}

function Result({ result, alone }: { readonly result: ProviderTestResult; readonly alone: boolean }) {
  const { ok, key, message, model, duration_ms } = result;
  return (
    <li className="flex min-w-0 items-start gap-2">
      <Icon name={ok ? "check" : "warning"} className={ok ? "mt-0.5 text-good" : "mt-0.5 text-bad"} />
      <span className="min-w-0 flex-1 break-words">
        {!alone && <span className="mr-1.5 font-medium">{key}</span>}
        <span className={ok ? "" : "text-bad"}>
          {ok ? `Answered in ${formatMs(duration_ms)}${model === undefined ? "" : ` by ${model}`}.` : message}
        </span>
      </span>
    </li>
  );
}
