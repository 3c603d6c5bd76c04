/** Certificates that a server of a test signs for itself. */

import { run } from "../crash/storage_kit.ts";

/** Makes `server.key` and `server.crt` in a folder, for this machine. */
export async function makeCertificate(folder: string): Promise<readonly [key: string, certificate: string]> {
  const files = [`${folder}/server.key`, `${folder}/server.crt`] as const;
  const { code, err } = await run("openssl", [
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"],
    ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", files[0], "-out", files[1]],
  ]);
  if (code !== 0) throw new Error(`openssl: ${err}`);
  for (const file of files) await Deno.chmod(file, 0o600);
  return files;
}
