/** Encrypted connections, with a certificate that nobody but the address knows. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { ConfigError } from "../../src/core/errors.ts";
import { openStore } from "../../src/store/open.ts";
import { newJob, T } from "../../src/testing/contract/kit.ts";
import { freePort, privateRedis } from "../faults/servers.ts";

/** A key and a certificate for this machine that signs itself; `false` where there is no `openssl`. */
async function makeCertificate(folder: string): Promise<boolean> {
  const request = `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost`;
  const names = "subjectAltName=DNS:localhost,IP:127.0.0.1";
  try {
    const { success } = await new Deno.Command("openssl", {
      args: [
        ...request.split(" "),
        "-addext",
        names,
        "-keyout",
        `${folder}/key.pem`,
        "-out",
        `${folder}/cert.pem`,
      ],
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false;
  }
}

const folder = privateRedis === null ? "" : await Deno.makeTempDir({ prefix: "gigq-tls-" });
const hasCertificate = privateRedis !== null && await makeCertificate(folder);

Deno.test({
  name: "redis tls: rediss:// with ?ca=, and without it the certificate is not trusted",
  ignore: !hasCertificate,
  fn: async () => {
    const port = freePort();
    const settings = {
      "tls-port": port,
      "tls-cert-file": `${folder}/cert.pem`,
      "tls-key-file": `${folder}/key.pem`,
      "tls-ca-cert-file": `${folder}/cert.pem`,
      "tls-auth-clients": "no",
    };
    await using _server = await privateRedis!({ settings });
    const { store } = await openStore(`rediss://localhost:${port}?ca=${folder}/cert.pem`);
    await store.enqueue({ jobs: [newJob()] }, T);
    assertEquals(await store.count({}), 1);
    await store.close();
    const error = await assertRejects(() => openStore(`rediss://localhost:${port}`), ConfigError);
    assert(/certificate that is not trusted/.test(error.message), error.message);
    assert(/\?ca=PATH/.test(error.hint!), error.hint);
  },
});

globalThis.addEventListener("unload", () => {
  if (folder !== "") Deno.removeSync(folder, { recursive: true });
});
