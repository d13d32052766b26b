import { BlockList, isIPv4, isIPv6 } from "node:net";

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
  if (bare.includes(":")) return classifyIpv6(bare.replace(/%.*$/, ""));
  const name = bare.replace(/\.$/, "");
  const address = parseIpv4(name);
  if (address === "invalid") return "reserved";
  return address === undefined ? classifyName(name) : classOf(dotted(address), "ipv4");
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

function dotted(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join(".");
}

/** The first match counts. RFC 6890 and the metadata addresses that clouds document. */
const ranges: readonly (readonly [addressClass: AddressClass, networks: readonly string[]])[] = [
  [
    "metadata",
    [
      "169.254.169.254/32", // AWS, Google, Azure, DigitalOcean, Oracle
      "169.254.170.2/32", // AWS ECS credentials
      "169.254.170.23/32", // AWS EKS pod identity
      "100.100.100.200/32", // Alibaba
      "168.63.129.16/32", // Azure wire server
      "192.0.0.192/32", // Oracle, classic
      "fd00:ec2::/64", // AWS: metadata, pod identity, name and time servers
      "fd20:ce::254/128", // Google
    ],
  ],
  ["loopback", ["127.0.0.0/8", "::1/128"]],
  ["unspecified", ["0.0.0.0/8", "::/128"]],
  ["link-local", ["169.254.0.0/16", "fe80::/10"]],
  [
    "private",
    ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "198.18.0.0/15", "fc00::/7", "fec0::/10"],
  ],
  ["multicast", ["224.0.0.0/4", "ff00::/8"]],
  ["reserved", ["192.0.0.0/24", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4"]],
];

const lists = ranges.map(([addressClass, networks]) => {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    list.addSubnet(address, Number(bits), isIPv4(address) ? "ipv4" : "ipv6");
  }
  return { addressClass, list };
});

function classOf(address: string, family: "ipv4" | "ipv6"): AddressClass {
  return lists.find(({ list }) => list.check(address, family))?.addressClass ?? "public";
}

function classifyIpv6(address: string): AddressClass {
  if (!isIPv6(address)) return "reserved";
  const carried = carriedIpv4(groupsOf(address));
  return carried === undefined ? classOf(address, "ipv6") : classOf(carried, "ipv4");
}

/** The eight groups of 16 bits of an IPv6 address. */
function groupsOf(address: string): readonly number[] {
  // A URL shows every spelling, also one with a dotted tail, in the same form (WHATWG URL § 3.5).
  const { hostname } = new URL(`http://[${address}]`);
  const [head = [], tail = []] = hostname
    .slice(1, -1)
    .split("::")
    .map((half) => (half === "" ? [] : half.split(":").map((group) => Number.parseInt(group, 16))));
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function carriedIpv4(groups: readonly number[]): string | undefined {
  const [first = 0, second = 0, third = 0, , fifth = 0, sixth = 0, seventh = 0, eighth = 0] = groups;
  const leadingZeros = (count: number) => groups.slice(0, count).every((group) => group === 0);
  const low = dotted(seventh * 65536 + eighth);
  if (leadingZeros(7) && eighth <= 1) return undefined; // unspecified, loopback
  if (leadingZeros(5) && (sixth === 0xffff || sixth === 0)) return low; // mapped, compatible
  if (leadingZeros(4) && fifth === 0xffff && sixth === 0) return low; // translated, RFC 2765
  if (first === 0x64 && second === 0xff9b) return low; // NAT64, RFC 6052 and RFC 8215
  return first === 0x2002 ? dotted(second * 65536 + third) : undefined; // 6to4
}
