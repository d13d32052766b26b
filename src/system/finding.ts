/** One line of a report; a warning or failure says what to do. */
export type Finding = { readonly level: "ok" | "warn" | "fail"; readonly subject: string; readonly text: string };
