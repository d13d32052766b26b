import { isObject } from "../json";

/** `name=value` lines of a call; names that are none in Python go into `extra_body`. */
export function argumentsOf(body: object): string {
  const entries = Object.entries(body);
  const named = entries.filter(([name]) => /^[a-z_]\w*$/i.test(name));
  const others = entries.filter(([name]) => !/^[a-z_]\w*$/i.test(name));
  const lines = named.map(([name, value]) => `    ${name}=${pythonLiteral(value, "    ")},`);
  if (others.length > 0) lines.push(`    extra_body=${pythonLiteral(Object.fromEntries(others), "    ")},`);
  return lines.join("\n");
}

/** JSON as Python writes it, its further lines behind the indent. */
export function pythonLiteral(value: unknown, indent = ""): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  const deeper = `${indent}    `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((each) => `${deeper}${pythonLiteral(each, deeper)},`).join("\n")}\n${indent}]`;
  }
  if (isObject(value)) {
    const lines = Object.entries(value).map(
      ([name, each]) => `${deeper}${JSON.stringify(name)}: ${pythonLiteral(each, deeper)},`,
    );
    return lines.length === 0 ? "{}" : `{\n${lines.join("\n")}\n${indent}}`;
  }
  return JSON.stringify(value);
}
