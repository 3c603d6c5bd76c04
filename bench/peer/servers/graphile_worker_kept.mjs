// deno-lint-ignore-file explicit-function-return-type
// graphile-worker with a history, in the cheapest way there is: a trigger copies what each statement deletes.

import { open as openPlain } from "./graphile_worker.mjs";

export async function open(options) {
  const queue = await openPlain(options);
  if (options.makes) await queue.run(historySql(options.space));
  return queue;
}

function historySql(space) {
  return `
    CREATE TABLE ${space}.history (LIKE ${space}._private_jobs, finished_at timestamptz, PRIMARY KEY (id));
    CREATE FUNCTION ${space}.keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO ${space}.history SELECT gone.*, now() FROM gone;
      RETURN NULL;
    END $$;
    CREATE TRIGGER keep AFTER DELETE ON ${space}._private_jobs
      REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ${space}.keep();`;
}
