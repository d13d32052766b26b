import { Field } from "#components/field";
import { Fold } from "#components/fold";
import { type Option, Select } from "#components/select";
import { TextField } from "#components/text-field";
import type { KeyDraft, KeyFormProps } from "./key-draft";

const logging: readonly Option<KeyDraft["contentLogging"]>[] = [
  { value: "", label: "As the gateway's setting says" },
  { value: "off", label: "Nothing", note: "no content, no details of it" },
  { value: "metadata", label: "Metadata", note: "figures without content" },
  { value: "full", label: "Everything", note: "prompts and answers too" },
];
const views: readonly Option<KeyDraft["selfView"]>[] = [
  { value: "off", label: "Nothing" },
  { value: "usage", label: "Its use and limits" },
  { value: "requests", label: "Its requests too, without content" },
  { value: "content", label: "Its requests with content" },
];

/** What is kept of its requests, and who sees it. */
export function KeyFormRecords({ draft, onChange }: KeyFormProps) {
  const { tags, contentLogging, selfView } = draft;
  const isUsed = tags !== "" || contentLogging !== "" || selfView !== "requests";
  return (
    <Fold title="Records" note="tags, content, what its holder sees" startsOpen={isUsed}>
      <TextField
        label="Tags"
        name="tags"
        optional
        mono
        placeholder="env:prod, app:search"
        help="name:value, separated by commas; every request carries them."
        value={tags}
        onChange={(next) => onChange({ tags: next })}
      />
      <Field label="Content that is kept" name="content_logging">
        {(control) => (
          <Select
            {...control}
            options={logging}
            value={contentLogging}
            onChange={(next) => onChange({ contentLogging: next })}
          />
        )}
      </Field>
      <Field
        label="What its holder sees"
        name="self_view"
        help="Whoever has the key can sign in here with it and sees this, nothing else."
      >
        {(control) => (
          <Select {...control} options={views} value={selfView} onChange={(next) => onChange({ selfView: next })} />
        )}
      </Field>
    </Fold>
  );
}
