import { assertEquals, assertMatch } from "@std/assert";
import { durable, withDatabase, withStore, WorkerProcess } from "./harness.ts";

const ignore = Deno.build.os !== "linux";

Deno.test({
  name: "a worker that was stopped for longer than its lease comes back and changes nothing",
  ignore,
  async fn(): Promise<void> {
    await withDatabase(async ({ db, ledger }) => {
      await withStore(db, (store) =>
        store.enqueue(
          { jobs: [durable("function", { task: "gate", params: null })] },
          Date.now(),
        ));
      const zombie = new WorkerProcess({
        db,
        ledger,
        mode: "run",
        maxJobs: 1,
        leaseMs: 600,
        heartbeatMs: 600_000,
      });
      await zombie.until("begin 1");
      zombie.signal("SIGSTOP");
      const heir = new WorkerProcess({ db, ledger, mode: "run", maxJobs: 1, leaseMs: 600, heartbeatMs: 200 });
      await heir.until("accepted 1");
      assertEquals((await heir.ended()).code, 0);
      zombie.signal("SIGCONT");
      await zombie.open();
      await zombie.until("refused 1");
      assertEquals((await zombie.ended()).code, 0);
      await withStore(db, async (store) => {
        const [job] = await store.list({});
        assertEquals([job!.status, job!.result], ["completed", "attempt 2"]);
        assertEquals((await store.attempts(1)).map(({ outcome }) => outcome), ["lost", "completed"]);
      });
    });
  },
});

Deno.test({
  name: "a command that outlives its killed worker is ended before its retry starts",
  ignore,
  async fn(): Promise<void> {
    await withDatabase(async ({ db, ledger }) => {
      // The second attempt says what has become of the first one's processes.
      const script = `if [ "$GIGQ_ATTEMPT" = 1 ]; then
          trap '' TERM; sleep 600 & echo "$$ $!" > ${ledger}; echo up; while :; do wait; sleep 600; done
        fi
        for pid in $(cat ${ledger}); do
          state=$(cut -d ' ' -f 3 /proc/$pid/stat 2>/dev/null); echo "\${state:-gone}"
        done`;
      const payload = { argv: ["sh", "-c", script] };
      await withStore(db, (store) => store.enqueue({ jobs: [durable("command", payload)] }, Date.now()));
      const worker = new WorkerProcess({ db, ledger, mode: "run" });
      await worker.until("log up");
      worker.signal("SIGKILL");
      await worker.ended();
      const heir = new WorkerProcess({ db, ledger, mode: "drain" });
      await heir.until("accepted 1");
      assertEquals((await heir.ended()).code, 0);
      await withStore(db, async (store) => {
        const [job] = await store.list({});
        assertEquals([job!.status, job!.attempt], ["completed", 2]);
        // Gone, or dead and waiting to be reaped.
        assertMatch(String(job!.result), /^(gone|Z|X)\n(gone|Z|X)$/);
      });
    });
  },
});
