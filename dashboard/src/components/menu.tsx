import { Menu as Primitive } from "@base-ui/react/menu";
import type { ReactElement } from "react";
import { classNames } from "#lib/class-names";
import { IconButton } from "./button";
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
  /** What opens it; three dots when left out. */
  readonly trigger?: ReactElement;
};

/** Actions of one thing. */
export function Menu({ label, entries, trigger }: Props) {
  return (
    <Primitive.Root>
      <Primitive.Trigger render={trigger ?? <IconButton icon="more" label={label} />} />
      <Primitive.Portal>
        <Primitive.Positioner sideOffset={4} align="end" className="z-50">
          <Primitive.Popup aria-label={label} className="popup min-w-40 p-1">
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
