/** A header's value with its parameters, such as `multipart/form-data; boundary=x`. */
export type ParameterizedHeader = {
  /** In lower case. */
  readonly value: string;
  /** By their names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
};

const valuePattern = /^[ \t]*([!#$%&'*+\-./^`|~\w]+)[ \t]*/;
const parameterPattern = /;[ \t]*([!#$%&'*+\-.^`|~\w]+)=(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+\-.^`|~\w]+))[ \t]*/y;

/**
 * Reads a header's value and parameters (RFC 9110, 5.6.6). Undefined for what is malformed, and where a parameter comes
 * twice, for readers differ in which of the two they take.
 */
export function parseParameters(text: string): ParameterizedHeader | undefined {
  const [start, value] = valuePattern.exec(text) ?? [];
  if (start === undefined || value === undefined) return undefined;
  const parameters = new Map<string, string>();
  let at = start.length;
  while (at < text.length) {
    parameterPattern.lastIndex = at;
    const [whole = "", name = "", quoted, token = ""] = parameterPattern.exec(text) ?? [];
    const key = name.toLowerCase();
    if (whole === "" || parameters.has(key)) return undefined;
    parameters.set(key, quoted?.replace(/\\(["\\])/g, "$1") ?? token);
    at += whole.length;
  }
  return { value: value.toLowerCase(), parameters };
}
