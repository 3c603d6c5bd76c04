/** Who runs an attempt: a worker and, for commands, a group of processes. */

/** Who claims jobs. Stored, so that whoever rescues a job knows what became of its owner. */
export interface WorkerInfo {
  /** Unique to one worker for all time, such as `mybox-4242-9f3c`. */
  readonly id: string;
  /** Name of the machine: a process id means something only there. */
  readonly host: string;
  /** Changes whenever the host starts; `null` where the platform does not tell. */
  readonly boot: string | null;
  /** Process id of the worker. */
  readonly pid: number;
  /** When the process started, in the platform's own unit; tells a reused pid apart. `null` where unknown. */
  readonly pidStart: string | null;
}

/** A process group that runs one attempt. */
export interface ProcessInfo {
  /** Process id of the group's leader, which is the group's id. */
  readonly pid: number;
  /** See {@linkcode WorkerInfo.pidStart}. */
  readonly pidStart: string | null;
}
