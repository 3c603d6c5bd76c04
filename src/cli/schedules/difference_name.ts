/** What files and options call a place in a stored schedule. */

const KEYS: Readonly<Record<string, string>> = {
  "when.zone": "tz",
  "when.everyMs": "every",
  "when.anchor": "every counts from",
  when: "",
  jitterMs: "jitter",
  catchUp: "catch-up",
  catchUpWindowMs: "catch-up-window",
  pauseOnFailure: "pause-on-failure",
  "target.spec.maxFails": "workflow.max-fails",
  "target.spec": "workflow",
  target: "",
};

/** Within a job. */
const JOB_KEYS: Readonly<Record<string, string>> = {
  runAt: "delay",
  expiresAt: "expires",
  "payload.argv": "run",
  "payload.params": "with",
  payload: "",
  "policy.maxAttempts": "retry",
  "policy.backoff.kind": "backoff",
  "policy.backoff.baseMs": "backoff, first wait",
  "policy.backoff.capMs": "backoff, longest wait",
  "policy.backoff.listMs": "backoff, waits",
  "policy.backoff.jitter": "retry-jitter",
  "policy.timeoutMs": "timeout",
  "policy.graceMs": "grace",
  "policy.budgetMs": "budget",
  "policy.retryOn": "retry-on",
  "policy.noRetryOn": "no-retry-on",
  "policy.rules": "on-error",
  policy: "",
};

/** `target.job.payload.argv` is `run`, and `target.spec.steps[1].job.policy.timeoutMs` is `workflow.steps[1].timeout`. */
export function differenceName(path: string): string {
  const [, place, inJob] = /^(target\.(?:spec\.steps\[\d+\]\.)?)job\.(.+)$/.exec(path) ?? [];
  if (place === undefined) return renamed(path, KEYS);
  return joined(renamed(place.slice(0, -1), KEYS), renamed(inJob!, JOB_KEYS));
}

/** With the name of the longest part from the beginning that has one. */
function renamed(path: string, keys: Readonly<Record<string, string>>): string {
  const key = Object.keys(keys)
    .filter((key) => path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`))
    .toSorted((a, b) => b.length - a.length)[0];
  if (key === undefined) return path;
  const rest = path.slice(key.length);
  return rest.startsWith("[") ? keys[key] + rest : joined(keys[key]!, rest.slice(1));
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(".");
}
