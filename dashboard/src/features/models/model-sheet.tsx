import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Model } from "#api/schema.gen";
import { Badge } from "#components/badge";
import { Button, buttonClass } from "#components/button";
import { ConfirmDialog } from "#components/confirm-dialog";
import { CopyButton } from "#components/copy-button";
import { ErrorState } from "#components/error-state";
import { Facts } from "#components/facts";
import { Section } from "#components/page-frame";
import { Sheet } from "#components/sheet";
import { SkeletonLines } from "#components/skeleton";
import { SourceMark } from "#components/source-mark";
import { placeText } from "#lib/file-place";
import { formatCount } from "#lib/format-number";
import { capabilityWords } from "./columns";
import { useForgetModel } from "./forget-model";
import { useModel } from "./get-model";
import { ModelForm } from "./model-form";
import { PriceTable } from "./price-table";

type Props = {
  readonly id: string;
  readonly onClose: () => void;
  readonly onPrevious: (() => void) | undefined;
  readonly onNext: (() => void) | undefined;
};

export function ModelSheet({ id, onClose, onPrevious, onNext }: Props) {
  const { data, error, refetch } = useModel(id);
  const [asked, setAsked] = useState<"change" | "forget">();
  const forget = useForgetModel(id);
  const canChange = data?.configured === true && data.read_only !== true;
  const close = () => setAsked(undefined);
  const actions = canChange && (
    <>
      {data.own !== undefined && (
        <Button onClick={() => setAsked("forget")}>{data.in_catalog ? "Back to the catalog" : "Remove"}</Button>
      )}
      <Button icon="edit" onClick={() => setAsked("change")}>
        Override
      </Button>
    </>
  );
  return (
    <Sheet open onClose={onClose} title={id} actions={actions} onPrevious={onPrevious} onNext={onNext}>
      {error !== null && <ErrorState error={error} onRetry={refetch} />}
      {data === undefined && error === null && <SkeletonLines count={6} />}
      {data !== undefined && <ModelFacts model={data} />}
      {asked === "change" && data !== undefined && <ModelForm model={data} onClose={close} onDone={close} />}
      <ConfirmDialog
        open={asked === "forget"}
        onClose={close}
        title={data?.in_catalog === true ? `Take the catalog's word for ${id}?` : `Remove the model ${id}?`}
        {...(data?.in_catalog !== true && { name: id })}
        action={data?.in_catalog === true ? "Back to the catalog" : "Remove model"}
        onConfirm={() => forget.mutateAsync(undefined).then(() => data?.in_catalog !== true && onClose())}
      >
        {data?.in_catalog === true
          ? "Its own price and limits are dropped; requests are priced by the catalog from then on."
          : "The catalog does not know it: it is no longer listed, and its requests have no price."}
      </ConfirmDialog>
    </Sheet>
  );
}

function ModelFacts({ model }: { readonly model: Model }) {
  const {
    id,
    provider = "",
    mode,
    released_on,
    context,
    max_output,
    own,
    configured,
    read_only,
    declared_at,
    in_catalog,
  } = model;
  const facts = [
    { name: "Call it as", value: <CallName id={id} /> },
    { name: "Can do", value: capabilityWords(model) },
    ...(mode === undefined ? [] : [{ name: "Use", value: mode }]),
    { name: "Context", value: `${formatCount(context)} tokens` },
    { name: "Longest answer", value: `${formatCount(max_output)} tokens` },
    ...(released_on === undefined ? [] : [{ name: "Released", value: released_on }]),
    ...(read_only === true ? [{ name: "Declared in", value: <SourceMark source={placeText(declared_at)} /> }] : []),
  ];
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-wrap items-center gap-2">
        {own !== undefined && <Badge tone="accent">{in_catalog === true ? "overridden" : "added by hand"}</Badge>}
        {configured === true ? (
          <Link to="/requests" search={{ f: `model:${id.slice(provider.length + 1)}` }} className={buttonClass()}>
            Requests
          </Link>
        ) : (
          <Link to="/providers" search={{ add: provider }} className={buttonClass("primary")}>
            Add {provider}
          </Link>
        )}
      </div>
      <Facts facts={facts} />
      <Section title="Price" note="US dollars per million tokens">
        <PriceTable model={model} />
      </Section>
    </div>
  );
}

function CallName({ id }: { readonly id: string }) {
  return (
    <span className="flex min-w-0 items-center gap-1">
      <code className="min-w-0 break-all">{id}</code>
      <CopyButton text={id} label="Copy the name" />
    </span>
  );
}
