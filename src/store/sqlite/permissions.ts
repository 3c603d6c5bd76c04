/** Asks what this process may do, without ever making the runtime ask the user. */

/** Whether a permission is granted already. */
export function isGranted(descriptor: Deno.PermissionDescriptor): boolean {
  try {
    return Deno.permissions.querySync(descriptor).state === "granted";
  } catch {
    return false;
  }
}

/** An environment variable, or nothing where it is not set or must not be read. */
export function readEnv(variable: string): string | undefined {
  return isGranted({ name: "env", variable }) ? Deno.env.get(variable) : undefined;
}
