import type { Flag } from "#config/flag";

export const keyFlags: readonly Flag[] = [
  { name: "name", value: "NAME", help: "create: how the key is called" },
  { name: "team", value: "TEAM", help: "create: the team that it belongs to; list: only its keys" },
  { name: "customer", value: "CUSTOMER", help: "create: the customer that it belongs to; list: only its keys" },
  { name: "tags", value: "A=B,C=D", help: "create: labels that its records carry" },
  { name: "tag", value: "A=B", help: "list: only keys with this label (A alone: with any value)" },
  { name: "search", value: "TEXT", help: "list: only keys with this in their name" },
  { name: "models", value: "A,B", help: "create: the models that it may ask for, * stands for any text (all)" },
  { name: "blocked", value: "A,B", help: "create: the models that it never reaches" },
  { name: "endpoints", value: "A,B", help: "create: the endpoints that it may use (all)" },
  {
    name: "budget",
    value: "USD/PERIOD",
    help: "create: what it may spend, such as 10/1d,100/1mo or 50/none (prepaid)",
  },
  { name: "rpm", value: "N", help: "create: requests a minute" },
  { name: "tpm", value: "N", help: "create: tokens a minute, in and out" },
  { name: "concurrent", value: "N", help: "create: requests at the same time" },
  { name: "expires-at", value: "TIME", help: "create: when it ends, such as 2027-01-01" },
  { name: "grace", value: "TIME", help: "rotate: how long the old secret goes on working, such as 1h (not at all)" },
];
