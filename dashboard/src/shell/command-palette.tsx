import { Dialog } from "@base-ui/react/dialog";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { Icon } from "#components/icon";
import { classNames } from "#lib/class-names";
import { type Command, useCommands } from "./use-commands";

type Props = { readonly onClose: () => void; readonly onHelp: () => void };

/** Goes to pages, finds things by name or id, and does what can be done from anywhere. */
export function CommandPalette({ onClose, onHelp }: Props) {
  const [typed, setTyped] = useState("");
  const [place, setPlace] = useState(0);
  const list = useId();
  const { commands, isSearching } = useCommands(typed, onHelp);
  const current = Math.min(place, commands.length - 1);
  const run = (command: Command | undefined) => {
    if (command === undefined) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) setPlace((current + step + commands.length) % Math.max(1, commands.length));
    if (event.key === "Enter") run(commands[current]);
    if (step !== 0 || event.key === "Enter") event.preventDefault();
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Popup className="popup fixed top-[12dvh] left-1/2 z-50 flex max-h-[70dvh] w-[calc(100vw-24px)] max-w-xl -translate-x-1/2 flex-col">
          <Dialog.Title className="sr-only">Go to, search, act</Dialog.Title>
          <div className="flex items-center gap-2 border-b border-line px-3">
            <Icon name="search" className="text-faint" />
            <input
              role="combobox"
              aria-expanded="true"
              aria-controls={list}
              aria-label="Page, key, model, request id, or action"
              aria-activedescendant={commands.length > 0 ? `${list}-${current}` : undefined}
              placeholder="Page, key, model, request id, or action"
              value={typed}
              spellCheck={false}
              onChange={(event) => {
                setTyped(event.target.value);
                setPlace(0);
              }}
              onKeyDown={onKeyDown}
              className="h-11 min-w-0 flex-1 bg-transparent text-md outline-none"
            />
          </div>
          <ul id={list} role="listbox" aria-label="Found" className="scroll-thin min-h-0 overflow-y-auto p-1">
            {commands.map((command, index) => (
              <Line
                key={command.id}
                id={`${list}-${index}`}
                command={command}
                isCurrent={index === current}
                onRun={run}
              />
            ))}
            {commands.length === 0 && (
              <li className="px-3 py-6 text-center text-muted">
                {isSearching ? "Searching" : `Nothing is called “${typed}”`}
              </li>
            )}
          </ul>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

type LineProps = {
  readonly id: string;
  readonly command: Command;
  readonly isCurrent: boolean;
  readonly onRun: (command: Command) => void;
};

function Line({ id, command, isCurrent, onRun }: LineProps) {
  const line = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isCurrent) line.current?.scrollIntoView({ block: "nearest" });
  }, [isCurrent]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are heard by the field, which says which line is meant
    <li
      ref={line}
      id={id}
      role="option"
      aria-selected={isCurrent}
      tabIndex={-1}
      onClick={() => onRun(command)}
      className={classNames("popup-item hover:bg-hover", isCurrent && "bg-active")}
    >
      <Icon name={command.icon} className="text-faint" />
      <span className="min-w-0 flex-1 truncate">{command.label}</span>
      <span className="text-sm text-faint">{command.group}</span>
    </li>
  );
}
