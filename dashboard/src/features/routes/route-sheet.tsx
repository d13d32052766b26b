import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Target } from "#api/schema.gen";
import { useBaseUrl } from "#api/session";
import { Button, buttonClass } from "#components/button";
import { CodeBlock } from "#components/code-block";
import { ConfirmDialog } from "#components/confirm-dialog";
import { Facts } from "#components/facts";
import { Menu } from "#components/menu";
import { Section } from "#components/page-frame";
import { Sheet } from "#components/sheet";
import { SourceMark } from "#components/source-mark";
import { curlSnippet } from "#lib/call-snippets";
import { placeText } from "#lib/file-place";
import type { RouteRow } from "./columns";
import { LegList } from "./leg-list";
import { useRemoveRoute } from "./remove-route";
import { RouteForm } from "./route-form";
import { RoutePicture } from "./route-picture";

type Props = RouteRow & {
  readonly targets: readonly Target[];
  readonly onClose: () => void;
  readonly onPrevious: (() => void) | undefined;
  readonly onNext: (() => void) | undefined;
};

export function RouteSheet({ route, legs, targets, onClose, onPrevious, onNext }: Props) {
  const { alias, strategy, read_only } = route;
  const [asked, setAsked] = useState<"edit" | "delete">();
  const remove = useRemoveRoute(route);
  const url = useBaseUrl();
  const close = () => setAsked(undefined);
  const actions = !read_only && (
    <>
      <Button icon="edit" onClick={() => setAsked("edit")}>
        Edit
      </Button>
      <Menu
        label="More"
        entries={[{ label: "Delete", icon: "trash", danger: true, onSelect: () => setAsked("delete") }]}
      />
    </>
  );
  const facts = [
    { name: "Chosen", value: strategy },
    ...(read_only ? [{ name: "Declared in", value: <SourceMark source={placeText(route.declared_at)} /> }] : []),
  ];
  return (
    <Sheet open onClose={onClose} title={alias} actions={actions} onPrevious={onPrevious} onNext={onNext}>
      <div className="flex flex-col gap-6">
        <div>
          <Link to="/requests" search={{ f: `asked_model:${alias}` }} className={buttonClass()}>
            Requests
          </Link>
        </div>
        <RoutePicture alias={alias} legs={legs} />
        <Section title="Where requests go" note="shared by weight, then the fallbacks in their order">
          <LegList legs={legs} />
        </Section>
        <Facts facts={facts} />
        <CodeBlock
          label="A request by this route"
          snippets={[curlSnippet({ url, key: "$HEADGATE_KEY", model: alias })]}
        />
      </div>
      {asked === "edit" && <RouteForm route={route} targets={targets} onClose={close} onDone={close} />}
      <ConfirmDialog
        open={asked === "delete"}
        onClose={close}
        title={`Delete the route ${alias}?`}
        name={alias}
        action="Delete route"
        onConfirm={() => remove.mutateAsync(undefined).then(onClose)}
      >
        Requests that ask for {alias} are refused from then on.
      </ConfirmDialog>
    </Sheet>
  );
}
