/** How what a provider says of an end is named, where a client's dialect has no place for it. */
export const finishMessage = "finish_message";
