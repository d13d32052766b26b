import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { VirtualKeySecret } from "#api/schema.gen";
import { useBaseUrl } from "#api/session";
import { Button } from "#components/button";
import { ErrorLine } from "#components/error-state";
import { PageFrame } from "#components/page-frame";
import { usePreferences } from "#lib/preferences";
import { optionalField, useUrlState } from "#lib/url-state";
import { ArrivedRequest } from "./arrived-request";
import { useConnectProvider } from "./connect-provider";
import { useFollowedRequest } from "./follow-first-request";
import { KeyStep } from "./key-step";
import { useLastRequest } from "./last-request";
import { ProviderStep } from "./provider-step";
import { RunStep } from "./run-step";
import { Step } from "./step";
import { useChosen } from "./use-chosen";
import { VirtualKeyStep } from "./virtual-key-step";

const fields = { provider: optionalField() };

/** From nothing to the first request, ticked off by what the gateway sees and not by what was clicked. */
export function Page() {
  const [state, set] = useUrlState(fields);
  const [made, setMade] = useState<VirtualKeySecret>();
  const url = useBaseUrl();
  const { provider, connected, model } = useChosen(state.provider);
  const followed = useFollowedRequest();
  const { data: last } = useLastRequest();
  const arrived = followed ?? last ?? undefined;
  const demo = useConnectProvider();
  const choose = (id: string | undefined) => set({ provider: id }, { push: true });
  const takeDemo = (isConfigured: boolean) => {
    choose("demo");
    if (!isConfigured) demo.mutate({ id: "demo", value: undefined, configured: false });
  };
  // Whoever sent a request has a key.
  const hasKey = made !== undefined || arrived !== undefined;
  const done = [provider !== undefined, connected, hasKey, arrived !== undefined];
  const current = done.indexOf(false);
  const target = { url, key: made?.value ?? "hg-…", model: model ?? "demo/echo" };
  return (
    <PageFrame title="First steps" actions={<Dismiss finished={current < 0} />}>
      <div className="flex w-full max-w-3xl flex-col">
        <p className="mb-4 max-w-prose text-muted">
          From nothing to the first request. Each step ticks itself off; come back to this page from the search at any
          time.
        </p>
        <ErrorLine error={demo.error} />
        <ol className="flex flex-col border-b border-line">
          <Step
            number={1}
            title="Choose a provider"
            done={provider !== undefined}
            current={current === 0}
            summary={
              <>
                {provider?.name}{" "}
                <button type="button" onClick={() => choose("choose")} className="text-accent hover:underline">
                  change
                </button>
              </>
            }
          >
            {provider === undefined && <ProviderStep onChoose={({ id }) => choose(id)} onDemo={takeDemo} />}
          </Step>
          <Step
            number={2}
            title={provider?.needs_key === false ? "Connect it" : "Paste its key"}
            done={connected}
            current={current === 1}
            summary={provider?.needs_key === false ? "It needs no key." : "The key works."}
          >
            {provider !== undefined && !connected && (
              <KeyStep key={provider.id} provider={provider} onOther={() => choose("choose")} />
            )}
          </Step>
          <Step number={3} title="Get a virtual key" done={hasKey} current={current === 2}>
            {(current === 2 || hasKey) && <VirtualKeyStep made={made} onMade={setMade} />}
          </Step>
          <Step number={4} title="Send a request" done={arrived !== undefined} current={current === 3}>
            {connected && <RunStep target={target} keyId={made?.id} />}
          </Step>
          <Step number={5} title="See it arrive" done={arrived !== undefined} current={false}>
            {(connected || arrived !== undefined) && <ArrivedRequest record={arrived} />}
          </Step>
        </ol>
      </div>
    </PageFrame>
  );
}

function Dismiss({ finished }: { readonly finished: boolean }) {
  const { set } = usePreferences();
  const navigate = useNavigate();
  const leave = () => {
    set({ startDismissed: true });
    void navigate({ to: "/" });
  };
  return <Button onClick={leave}>{finished ? "Go to the overview" : "Skip"}</Button>;
}
