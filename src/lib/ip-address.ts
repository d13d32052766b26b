/** What an address is to a client that must not be talked into reaching the machine's own network. */
export type AddressClass =
  | "public"
  | "loopback"
  | "private"
  | "link-local"
  | "metadata"
  | "unspecified"
  | "multicast"
  | "reserved"
  /** A host name that says nothing about its address: resolve it and classify what comes back. */
  | "name";

/**
 * Classifies a host: an IPv4 address in any form that `inet_aton` takes (decimal, octal, hex, 1 to 4 parts), an IPv6
 * address with or without brackets and zone, or a host name. An IPv6 address that carries an IPv4 one (mapped,
 * compatible, NAT64, 6to4) is judged by the address it carries.
 */
export function classifyAddress(host: string): AddressClass {
  const bare = host.trim().toLowerCase().replace(/^\[/, "").replace(/\]$/, "");
  if (bare.includes(":")) {
    const groups = parseIpv6(bare.replace(/%.*$/, ""));
    return groups === undefined ? "reserved" : classifyIpv6(groups);
  }
  const name = bare.replace(/\.$/, "");
  const address = parseIpv4(name);
  if (address === "invalid") return "reserved";
  return address === undefined ? classifyName(name) : classifyIpv4(address);
}

/** Whether a provider may live at such an address. */
export function isAllowedAddress(addressClass: AddressClass, allowPrivateNetwork: boolean): boolean {
  switch (addressClass) {
    case "public":
    case "loopback":
    case "name":
      return true;
    case "private":
      return allowPrivateNetwork;
    case "link-local":
    case "metadata":
    case "unspecified":
    case "multicast":
    case "reserved":
      return false;
  }
}

const metadataNames = new Set([
  "metadata",
  "metadata.google.internal",
  "metadata.goog",
  "instance-data",
  "instance-data.ec2.internal",
]);

function classifyName(name: string): AddressClass {
  if (name === "localhost" || name.endsWith(".localhost")) return "loopback";
  return metadataNames.has(name) ? "metadata" : "name";
}

/** `undefined` for a host name, "invalid" for one whose last label is a number but which is no address (WHATWG URL § 3.5). */
function parseIpv4(host: string): number | "invalid" | undefined {
  const parts = host.split(".");
  if (!/^(\d+|0x[0-9a-f]*)$/.test(parts.at(-1) ?? "")) return undefined;
  const numbers = parts.map(parseIpv4Part);
  if (parts.length > 4 || numbers.some(Number.isNaN)) return "invalid";
  const last = numbers.at(-1) ?? 0;
  const leading = numbers.slice(0, -1);
  if (leading.some((part) => part > 255) || last >= 256 ** (4 - leading.length)) return "invalid";
  return leading.reduce((sum, part, place) => sum + part * 256 ** (3 - place), last);
}

function parseIpv4Part(part: string): number {
  if (/^0x[0-9a-f]*$/.test(part)) return part === "0x" ? 0 : Number.parseInt(part, 16);
  if (/^0[0-7]+$/.test(part)) return Number.parseInt(part, 8);
  return /^(0|[1-9]\d*)$/.test(part) ? Number(part) : Number.NaN;
}

type Range = readonly [network: string, bits: number, addressClass: AddressClass];

/** The first match counts. RFC 6890 and the metadata addresses that clouds document. */
const ipv4Ranges: readonly Range[] = [
  ["169.254.169.254", 32, "metadata"], // AWS, Google, Azure, DigitalOcean, Oracle
  ["169.254.170.2", 32, "metadata"], // AWS ECS credentials
  ["169.254.170.23", 32, "metadata"], // AWS EKS pod identity
  ["100.100.100.200", 32, "metadata"], // Alibaba
  ["168.63.129.16", 32, "metadata"], // Azure wire server
  ["192.0.0.192", 32, "metadata"], // Oracle, classic
  ["0.0.0.0", 8, "unspecified"],
  ["10.0.0.0", 8, "private"],
  ["100.64.0.0", 10, "private"],
  ["127.0.0.0", 8, "loopback"],
  ["169.254.0.0", 16, "link-local"],
  ["172.16.0.0", 12, "private"],
  ["192.0.0.0", 24, "reserved"],
  ["192.0.2.0", 24, "reserved"],
  ["192.168.0.0", 16, "private"],
  ["198.18.0.0", 15, "private"],
  ["198.51.100.0", 24, "reserved"],
  ["203.0.113.0", 24, "reserved"],
  ["224.0.0.0", 4, "multicast"],
  ["240.0.0.0", 4, "reserved"],
];

function classifyIpv4(address: number): AddressClass {
  const match = ipv4Ranges.find(([network, bits]) => {
    const start = parseIpv4(network);
    return typeof start === "number" && Math.floor(address / 2 ** (32 - bits)) === Math.floor(start / 2 ** (32 - bits));
  });
  return match?.[2] ?? "public";
}

/** Eight 16-bit groups, or undefined where the text is no IPv6 address. */
function parseIpv6(text: string): readonly number[] | undefined {
  const halves = withoutDottedTail(text)?.split("::");
  if (halves === undefined || halves.length > 2) return undefined;
  const [head = [], tail] = halves.map((half) => (half === "" ? [] : half.split(":").map(parseGroup)));
  if ([...head, ...(tail ?? [])].some(Number.isNaN)) return undefined;
  if (tail === undefined) return head.length === 8 ? head : undefined;
  const missing = 8 - head.length - tail.length;
  return missing < 1 ? undefined : [...head, ...Array<number>(missing).fill(0), ...tail];
}

function parseGroup(group: string): number {
  return /^[0-9a-f]{1,4}$/.test(group) ? Number.parseInt(group, 16) : Number.NaN;
}

/** Rewrites a dotted IPv4 tail as two groups. */
function withoutDottedTail(text: string): string | undefined {
  const match = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (match === null) return text.includes(".") ? undefined : text;
  const address = parseIpv4(match[2] ?? "");
  if (typeof address !== "number") return undefined;
  return `${match[1]}${Math.floor(address / 65536).toString(16)}:${(address % 65536).toString(16)}`;
}

function classifyIpv6(groups: readonly number[]): AddressClass {
  const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0, sixth = 0, seventh = 0, eighth = 0] = groups;
  const leadingZeros = (count: number) => groups.slice(0, count).every((group) => group === 0);
  const low = seventh * 65536 + eighth;
  if (leadingZeros(7) && eighth <= 1) return eighth === 1 ? "loopback" : "unspecified";
  if (leadingZeros(5) && (sixth === 0xffff || sixth === 0)) return classifyIpv4(low); // mapped, compatible
  if (leadingZeros(4) && fifth === 0xffff && sixth === 0) return classifyIpv4(low); // translated, RFC 2765
  if (first === 0x64 && second === 0xff9b) return classifyIpv4(low); // NAT64, RFC 6052 and RFC 8215
  if (first === 0x2002) return classifyIpv4(second * 65536 + third); // 6to4
  if (first === 0xfd00 && second === 0xec2 && third === 0 && fourth === 0 && eighth === 0x254) return "metadata"; // AWS
  if (first === 0xfd20 && second === 0xce && eighth === 0x254) return "metadata"; // Google
  if ((first & 0xffc0) === 0xfe80) return "link-local";
  if ((first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfec0) return "private";
  return (first & 0xff00) === 0xff00 ? "multicast" : "public";
}
