import type { Reservation } from "#governance/reservation";
import type { PreparedRequest } from "../request/prepare-request";

/** What an attempt is made with. */
export type Reserved = { readonly prepared: PreparedRequest; readonly reservation: Reservation };
