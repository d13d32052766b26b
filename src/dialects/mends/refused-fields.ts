import { isArray, isObject, type Json } from "#lib/json";
import type { EditableFields } from "#lib/json-fields";
import type { MendRule } from "../mend";
import { someAbove } from "./marks";

/** What a dialect's words say, for the rules about top-level fields that all dialects share. */
export type FieldWords = {
  /** Whether a field says only what holds without it. */
  readonly saysNothing: (field: string, value: Json) => boolean;
  /** Whether a field's value is refused by a model that refuses the field. */
  readonly isRefused?: (field: string, value: Json, reasons: boolean) => boolean;
  /** Whether a request has the target reason; undefined where it says nothing about it. */
  readonly asksToReason: (body: EditableFields) => boolean | undefined;
};

/** `saysNothing` by the values that hold anyway; null and what is empty say nothing anywhere. */
export function saysNothingBeside(defaults: { readonly [field: string]: readonly Json[] }): FieldWords["saysNothing"] {
  const byField = new Map(Object.entries(defaults));
  return (field, value) => {
    if (value === null || (isArray(value) && value.length === 0)) return true;
    if (isObject(value) && Object.keys(value).length === 0) return true;
    return byField.get(field)?.includes(value) ?? false;
  };
}

/** Fields that the target refuses, always or while it reasons. */
export function refusedFields(words: FieldWords): MendRule {
  return ({ refuses = [], refuses_while_reasoning: whileReasoning = [], reasons_by_default: byDefault = false }) => {
    if (refuses.length + whileReasoning.length === 0) return undefined;
    return {
      fields: [...refuses, ...whileReasoning],
      apply: (body, notes) => {
        const reasons = words.asksToReason(body) ?? byDefault;
        for (const field of reasons ? [...refuses, ...whileReasoning] : refuses) {
          const value = body.get(field)?.json();
          if (value === undefined || words.isRefused?.(field, value, reasons) === false) continue;
          body.remove(field);
          if (!words.saysNothing(field, value)) notes.lost(field);
        }
      },
    };
  };
}

/** The only fields that are taken. */
export function knownFields(words: FieldWords): MendRule {
  return ({ fields }) => {
    if (fields === undefined) return undefined;
    const known = new Set(fields);
    return {
      fields: always,
      apply: (body, notes) => {
        for (const name of body.names()) {
          const value = known.has(name) ? undefined : body.get(name)?.json();
          if (value === undefined) continue;
          body.remove(name);
          if (!words.saysNothing(name, value)) notes.lost(name);
        }
      },
    };
  };
}

/** Every request has them. */
const always = ["model", "messages"];

/** Of fields that exclude each other the first stays. One that says nothing gives way unnamed. */
export function exclusiveFields(words: FieldWords): MendRule {
  return ({ exclusive = [] }) => {
    if (exclusive.length < 2) return undefined;
    return {
      fields: exclusive,
      apply: (body, notes) => {
        const set = exclusive.flatMap((field) => {
          const value = body.get(field)?.json() ?? undefined;
          return value === undefined ? [] : [{ field, value }];
        });
        if (set.length < 2) return;
        const kept = set.find(({ field, value }) => !words.saysNothing(field, value)) ?? set[0];
        for (const { field, value } of set) {
          if (field === kept?.field) continue;
          body.remove(field);
          if (!words.saysNothing(field, value)) notes.lost(field);
        }
      },
    };
  };
}

/** The highest temperature. */
export const maxTemperature: MendRule = ({ max_temperature: max }) => {
  if (max === undefined) return undefined;
  return {
    fields: ["temperature"],
    concerns: someAbove("temperature", max),
    apply: (body, notes) => {
      const temperature = body.get("temperature");
      const value = temperature?.json();
      if (typeof value !== "number" || value <= max) return;
      temperature?.replace(max);
      notes.lost("temperature");
    },
  };
};
