import { TextField } from "#components/text-field";

type Props = {
  readonly label: string;
  readonly name: string;
  readonly isMoney: boolean;
  readonly mayBeNegative?: boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
};

/** Dollars or tokens, as people write them. */
export function AmountField({ label, name, isMoney, mayBeNegative = false, value, onChange }: Props) {
  return (
    <TextField
      label={`${label}, in ${isMoney ? "US dollars" : "tokens"}`}
      name={name}
      required
      autoFocus
      inputMode="decimal"
      autoComplete="off"
      pattern={`${mayBeNegative ? "-?" : ""}\\$?[0-9][0-9,_ ]*([.][0-9]{1,9})?`}
      title="An amount, such as 10 or 2.50"
      placeholder={isMoney ? "100.00" : "1,000,000"}
      value={value}
      onChange={onChange}
    />
  );
}

/** `$1,000` → `1000`. */
export function readAmount(text: string): string {
  return text.replaceAll(/[\s,_$]/g, "");
}
