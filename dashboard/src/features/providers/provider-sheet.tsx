import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Badge } from "#components/badge";
import { Button, buttonClass } from "#components/button";
import { ConfirmDialog } from "#components/confirm-dialog";
import { ErrorLine } from "#components/error-state";
import { Menu } from "#components/menu";
import { Section } from "#components/page-frame";
import { Sheet } from "#components/sheet";
import { TestResults } from "#components/test-results";
import { type ProviderRow, stateWords } from "./columns";
import { EditProvider } from "./edit-provider-dialog";
import { KeyList } from "./key-list";
import { ProviderFacts } from "./provider-facts";
import { useRemoveProvider } from "./remove-provider";
import { forwarded } from "./secret-fields";
import { TargetList } from "./target-list";
import { useTestProvider } from "./test-provider";

type Props = ProviderRow & {
  readonly onClose: () => void;
  readonly onPrevious: (() => void) | undefined;
  readonly onNext: (() => void) | undefined;
};

/** One provider: whether it works, its keys, its models, how it is called. */
export function ProviderSheet({ provider, targets, onClose, onPrevious, onNext }: Props) {
  const [asked, setAsked] = useState<"edit" | "remove">();
  const test = useTestProvider(provider.id);
  const { word, tone } = stateWords(provider, targets);
  const canTest = provider.auth === "none" || provider.keys.some(({ reference }) => reference !== forwarded);
  const actions = (
    <>
      <Button icon="play" busy={test.isPending} disabled={!canTest} onClick={() => test.mutate({})}>
        Test
      </Button>
      {!provider.read_only && (
        <Menu
          label="More"
          entries={[
            { label: "Edit", icon: "edit", onSelect: () => setAsked("edit") },
            { label: "Remove", icon: "trash", danger: true, onSelect: () => setAsked("remove") },
          ]}
        />
      )}
    </>
  );
  return (
    <Sheet open onClose={onClose} title={provider.name} actions={actions} onPrevious={onPrevious} onNext={onNext}>
      <div className="flex flex-col gap-6">
        <div className="flex flex-wrap items-center gap-2">
          <Badge tone={tone}>{word}</Badge>
          <Link to="/requests" search={{ f: `provider:${provider.id}` }} className={buttonClass()}>
            Requests
          </Link>
          <Link to="/models" search={{ provider: provider.id }} className={buttonClass()}>
            Models
          </Link>
        </div>
        {(test.data !== undefined || test.error !== null) && !test.isPending && (
          <Section title="Test" note="a real call with each key">
            {test.data !== undefined && <TestResults test={test.data} />}
            <ErrorLine error={test.error} />
          </Section>
        )}
        <KeyList provider={provider} targets={targets} />
        <TargetList targets={targets} />
        <ProviderFacts provider={provider} />
      </div>
      {asked === "edit" && <EditProvider provider={provider} onClose={() => setAsked(undefined)} />}
      <RemoveProvider
        id={provider.id}
        open={asked === "remove"}
        onClose={() => setAsked(undefined)}
        onRemoved={onClose}
      />
    </Sheet>
  );
}

type RemoveProps = {
  readonly id: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onRemoved: () => void;
};

function RemoveProvider({ id, open, onClose, onRemoved }: RemoveProps) {
  const remove = useRemoveProvider(id);
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={`Remove the provider ${id}?`}
      name={id}
      action="Remove provider"
      onConfirm={() => remove.mutateAsync(undefined).then(onRemoved)}
    >
      Its keys go with it and cannot be read again. Requests for its models are refused at once, and routes pass over
      it.
    </ConfirmDialog>
  );
}
