const browsers = [
  ["Edg/", "Edge"],
  ["OPR/", "Opera"],
  ["Firefox/", "Firefox"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
] as const;
const systems = ["Windows", "iPhone", "iPad", "Android", "Mac OS X", "Linux"];

/** `Firefox on Linux`; the whole text where it is no known browser. */
export function browserName(userAgent: string): string {
  const [, name] = browsers.find(([mark]) => userAgent.includes(mark)) ?? [];
  const system = systems.find((word) => userAgent.includes(word));
  if (name === undefined) return userAgent;
  return system === undefined ? name : `${name} on ${system.replace("Mac OS X", "macOS")}`;
}
