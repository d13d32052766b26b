import { useState } from "react";
import { Button, IconButton } from "#components/button";
import type { MockTool } from "./conversation";
import { newTool, ToolDialog } from "./tool-dialog";

type Props = {
  readonly tools: readonly MockTool[];
  readonly onChange: (change: (before: readonly MockTool[]) => readonly MockTool[]) => void;
};

/** The tools that models may call. */
export function ToolList({ tools, onChange }: Props) {
  /** Of the tool that is open; as many as there are for a new one. */
  const [open, setOpen] = useState<number>();
  const save = (tool: MockTool) => {
    onChange((before) => (open === undefined || open >= before.length ? [...before, tool] : before.with(open, tool)));
    setOpen(undefined);
  };
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="flex items-center">
        <span className="font-medium">Tools</span>
        <Button kind="quiet" icon="plus" className="ml-auto -mr-2" onClick={() => setOpen(tools.length)}>
          Add tool
        </Button>
      </div>
      {tools.length === 0 && <span className="text-sm text-muted">None. Tools here answer what you wrote.</span>}
      {tools.map(({ name }, index) => (
        <div key={name} className="flex min-w-0 items-center">
          <span className="min-w-0 flex-1 truncate font-mono text-sm">{name}</span>
          <IconButton icon="edit" label={`Edit ${name}`} onClick={() => setOpen(index)} />
          <IconButton
            icon="close"
            label={`Remove ${name}`}
            onClick={() => onChange((before) => before.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      {open !== undefined && (
        <ToolDialog
          tool={tools[open] ?? newTool}
          taken={tools.filter((_, at) => at !== open).map(({ name }) => name)}
          onSave={save}
          onClose={() => setOpen(undefined)}
        />
      )}
    </div>
  );
}
