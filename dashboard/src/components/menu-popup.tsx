import { Menu as Primitive } from "@base-ui/react/menu";
import type { RefObject } from "react";
import { classNames } from "#lib/class-names";
import { Icon, type IconName } from "./icon";

export type MenuEntry =
  | {
      readonly label: string;
      readonly icon?: IconName;
      readonly onSelect: () => void;
      readonly danger?: boolean;
      readonly disabled?: boolean;
    }
  | "line";

type Props = {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly anchor: RefObject<HTMLButtonElement | null>;
};

/** What a `Menu` shows, loaded when one is about to be opened. */
export function MenuPopup({ label, entries, open, onOpenChange, anchor }: Props) {
  const hasIcons = entries.some((entry) => entry !== "line" && entry.icon !== undefined);
  return (
    <Primitive.Root
      open={open}
      onOpenChange={(next, { event }) => {
        // The button itself opens and closes it.
        if (!isInside(event, anchor.current)) onOpenChange(next);
      }}
    >
      <Primitive.Portal>
        <Primitive.Positioner anchor={anchor} sideOffset={4} align="end" className="z-50">
          <Primitive.Popup aria-label={label} finalFocus={anchor} className="popup min-w-40 p-1">
            {entries.map((entry, index) =>
              entry === "line" ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
                <Primitive.Separator key={index} className="my-1 border-t border-line" />
              ) : (
                <Primitive.Item
                  key={entry.label}
                  onClick={entry.onSelect}
                  disabled={entry.disabled ?? false}
                  className={classNames("popup-item", entry.danger === true && "text-bad")}
                >
                  {entry.icon !== undefined && <Icon name={entry.icon} />}
                  {entry.icon === undefined && hasIcons && <span className="w-4" />}
                  {entry.label}
                </Primitive.Item>
              ),
            )}
          </Primitive.Popup>
        </Primitive.Positioner>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

function isInside(event: Event, element: Element | null): boolean {
  return event.target instanceof Node && element !== null && element.contains(event.target);
}
