import { useNavigate } from "@tanstack/react-router";
import type { KnownProvider } from "#api/schema.gen";
import { Button } from "#components/button";
import { ErrorLine } from "#components/error-state";
import { ProviderPicker } from "#components/provider-picker";
import { SkeletonLines } from "#components/skeleton";
import { useKnownProviders } from "./list-known-providers";

type Props = { readonly onChoose: (provider: KnownProvider) => void; readonly onDemo: (isConfigured: boolean) => void };

export function ProviderStep({ onChoose, onDemo }: Props) {
  const { data, error } = useKnownProviders();
  const navigate = useNavigate();
  if (error !== null) return <ErrorLine error={error} />;
  if (data === undefined) return <SkeletonLines count={6} />;
  const demo = data.data.find(({ id }) => id === "demo");
  return (
    <div className="flex flex-col gap-4">
      <p className="flex flex-wrap items-center gap-2 text-muted">
        No key at hand? The demo answers by itself.
        <Button onClick={() => onDemo(demo?.configured === true)}>Use the demo</Button>
      </p>
      <ProviderPicker
        providers={data.data.filter(({ id }) => id !== "demo")}
        onChoose={onChoose}
        onOwn={() => void navigate({ to: "/providers", search: { add: "own" } })}
      />
    </div>
  );
}
