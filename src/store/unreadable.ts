/** A stored value that no GigQ writes: `job 7 has no valid name`. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}
