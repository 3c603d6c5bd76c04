/** What servers and connections report, classified once. */

import { BusyError, ConfigError, DiskFullError, GigqError, UnavailableError } from "../../core/errors.ts";
import { refusal } from "../refusal.ts";
import type { RedisUrl } from "./url.ts";

/** A connection that was lost, or cut because no answer came in time. */
export class LostConnection extends Error {
  override readonly name = "LostConnection";
}

/** The user lacks a right. */
export class ForbiddenError extends ConfigError {}

/** What becomes of a call that failed. */
export interface Failure {
  /** For a user. */
  readonly error: GigqError;
  /** Whether the same call may work soon, so that it is worth another try. */
  readonly passes: boolean;
  /** Whether another connection is needed for that. */
  readonly reconnect: boolean;
}

type Rule = (at: string, reply: string, url: RedisUrl) => Failure;

/** By the first word of an error reply. */
const REPLIES: Readonly<Record<string, Rule>> = {
  LOADING: (at) =>
    passing(
      new UnavailableError(`${at} is starting: it still loads its data`, {
        hint: "Wait until it has started",
        down: true,
      }),
    ),
  MASTERDOWN: (at) =>
    passing(unavailable(`${at} is a replica that has lost its master`, "Start the master"), true),
  CLUSTERDOWN: (at, reply) =>
    passing(unavailable(`${at} is part of a cluster that is down: ${reply}`, CLUSTER_HINT), true),
  TRYAGAIN: (at) => passing(unavailable(`${at} is moving these keys to another server`, "Try again")),
  READONLY: (at) => passing(unavailable(`${at} is a replica: it takes no changes`, "Name the master"), true),
  UNBLOCKED: (at) => passing(unavailable(`${at} became a replica during the call`, "Name the master"), true),
  NOREPLICAS: (at) =>
    passing(unavailable(`${at} takes no changes: too few replicas are connected`, REPLICAS_HINT)),
  BUSY: (at) =>
    passing(
      new BusyError(`${at} is busy with a script of another program`, {
        hint: "Wait, or end that script with SCRIPT KILL",
      }),
    ),
  OOM: (at) =>
    final(
      new DiskFullError(`${at} is out of memory: it has reached its maxmemory`, {
        hint: "Raise maxmemory, or delete final jobs with gigq clear",
      }),
    ),
  MISCONF: (at) =>
    final(
      new DiskFullError(`${at} cannot write its data to its disk and takes no changes`, {
        hint: "Make room on the server's disk, and look into its log",
      }),
    ),
  NOAUTH: (at) =>
    final(
      new ConfigError(`${at} wants a password`, {
        hint: "Write redis://:PASSWORD@HOST or redis://USER:PASSWORD@HOST",
      }),
    ),
  WRONGPASS: (at) =>
    final(
      new ConfigError(`${at} does not know this user, or not with this password`, {
        hint: "Correct user and password in the address",
      }),
    ),
  NOPERM: (at, reply, { username, prefix }) =>
    final(
      new ForbiddenError(`${at} does not allow ${username ?? "this user"} what a queue needs: ${reply}`, {
        hint: `Give the rights with ACL SETUSER ${
          username ?? "NAME"
        } ~${prefix}:* ~${prefix} +@all -@admin -@dangerous +info`,
      }),
    ),
  MOVED: (at) =>
    final(new ConfigError(`${at} is part of a cluster`, { hint: "Add ?cluster=true to the address" })),
  GIGQ_GONE: (at) =>
    final(
      new ConfigError(`${at} has lost the queue that was opened here`, {
        hint: "Restore the server's data, or start anew by opening the queue again",
      }),
    ),
  GIGQ_SEALED: (_, to, { shown }) => final(refusal({ type: "sealed", to }, shown, "change")!),
  GIGQ_MOVED: (_, to, { shown }) => final(refusal({ type: "moved", to }, shown, "use")!),
  GIGQ_RECEIVING: (_, from, { shown }) =>
    final(refusal({ type: "receiving", from, after: null }, shown, "use")!),
};

const CLUSTER_HINT = "Start the servers of the cluster that are down";
const REPLICAS_HINT = "Start the replicas, or lower min-replicas-to-write";

/** Whether a script was not known to the server. */
export function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("NOSCRIPT");
}

/** Host, port, database and prefix, as messages name them. */
export function nameOf({ hosts, db, prefix, cluster, sentinel }: RedisUrl): string {
  const shown = hosts.map(({ host, port }) => `${host.includes(":") ? `[${host}]` : host}:${port}`).join(",");
  const kind = sentinel !== undefined
    ? `Redis master ${sentinel} of the sentinels `
    : cluster
    ? "Redis cluster "
    : "Redis ";
  return `${kind}${shown}/${db} (prefix ${prefix.slice(1, -1)})`;
}

/** What becomes of a call; an error that is none of these is thrown as it is: it is a mistake of ours. */
export function classify(error: unknown, url: RedisUrl): Failure {
  if (error instanceof GigqError) return final(error);
  if (!(error instanceof Error)) throw error;
  const at = nameOf(url);
  const connection = /No such master/.test(error.message) ? null : classifyConnection(error, at, url);
  if (connection !== null) return connection;
  const reply = error.message.replace(/^ERR Error running script.*?: (?:@user_script: ?\d*: )*-?/, "");
  const [, code = "", rest = ""] = /^([A-Z_]+)(?: (.*))?/s.exec(reply) ?? [];
  const rule = REPLIES[code] ?? byText(reply);
  if (rule === undefined) throw error;
  return rule(at, rest.split("\n", 1)[0]!.replace(/ script: [0-9a-f]{40}.*$/, ""), url);
}

/** Replies without a code of their own. */
function byText(reply: string): Rule | undefined {
  if (/invalid password|invalid username-password|without any password configured/i.test(reply)) {
    return REPLIES.WRONGPASS;
  }
  if (/DB index is out of range|invalid DB index/i.test(reply)) return noDatabase;
  if (/-OOM |OOM command not allowed/.test(reply)) return REPLIES.OOM;
  if (/max number of clients/.test(reply)) return tooMany;
  if (/No such master/.test(reply)) return noMaster;
  if (/cluster support disabled/.test(reply)) return noCluster;
  return undefined;
}

const noDatabase: Rule = (at, _, { db }) =>
  final(
    new ConfigError(`${at} has no database ${db}`, {
      hint: "Choose a lower number, or raise databases in redis.conf",
    }),
  );

const noMaster: Rule = (at) =>
  final(new ConfigError(`${at} is not known to them`, { hint: "Correct ?sentinel=" }));

const noCluster: Rule = (at) =>
  final(new ConfigError(`${at} is no part of a cluster`, { hint: "Leave out ?cluster=true" }));

const tooMany: Rule = (at) =>
  passing(unavailable(`${at} takes no more connections`, "Raise maxclients, or stop some clients"), true);

function classifyConnection(error: Error, at: string, url: RedisUrl): Failure | null {
  const { code } = error as Error & { code?: string };
  switch (code) {
    case "ECONNREFUSED":
      return lost(
        `${at} is not running: the connection was refused`,
        "Start the server, or correct host and port",
        error,
        true,
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return lost(`${at} cannot be found: no such host`, "Correct the host", error);
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EHOSTDOWN":
      return lost(
        `${at} cannot be reached: ${error.message}`,
        "Correct the host, or look at the network",
        error,
      );
  }
  if (
    code !== undefined && /CERT|SELF_SIGNED|UNABLE_TO|TLS|SSL/.test(code) ||
    /certificate|InvalidData.*(UnknownIssuer|NotValid)/.test(error.message)
  ) {
    return final(
      new ConfigError(`${at} has a certificate that is not trusted: ${error.message}`, {
        hint: url.ca === undefined ? "Name the certificate of its authority with ?ca=PATH" : "Correct ?ca=",
        cause: error,
      }),
    );
  }
  if (
    error instanceof LostConnection || code !== undefined ||
    /connection|Connection|Stream|socket|sentinels are unreachable|slots cache/.test(error.message)
  ) {
    const hint = url.tls
      ? "Look whether the server is well, and speaks TLS at this port"
      : "Look whether the server is well, and speaks without TLS at this port";
    // What the driver says of a call that came just after the end of its connection is about its options.
    const why = /Stream isn't writeable/.test(error.message)
      ? "the connection was closed"
      : error.message.replace(/\.$/, "");
    return lost(`${at} does not answer: ${why}`, hint, error);
  }
  return null;
}

function lost(message: string, hint: string, cause: Error, down = false): Failure {
  return { error: new UnavailableError(message, { hint, cause, down }), passes: true, reconnect: true };
}

function unavailable(message: string, hint: string): UnavailableError {
  return new UnavailableError(message, { hint });
}

function passing(error: GigqError, reconnect = false): Failure {
  return { error, passes: true, reconnect };
}

function final(error: GigqError): Failure {
  return { error, passes: false, reconnect: false };
}
