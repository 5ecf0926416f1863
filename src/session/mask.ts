/**
 * Replaces the secrets in a text. It must not let one through because it failed: then it rejects.
 * `field` is the name of the field that the text is the value of, which may be what tells a secret.
 */
export type Mask = (text: string, field?: string) => Promise<string>;

/** No secret is shorter, and most strings of an event (ids, states, kinds) are. */
const SHORTEST = 8;

/**
 * Masks every string in a value, however deep. Which fields can hold a secret is not for a list to
 * say, since one would be forgotten: tool inputs hold what they like.
 */
export async function maskDeep<Value>(value: Value, mask: Mask): Promise<Value> {
  return (await masked(value, mask)) as Value;
}

async function masked(value: unknown, mask: Mask, name?: string): Promise<unknown> {
  if (typeof value === "string") return value.length < SHORTEST ? value : mask(value, name);
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) items.push(await masked(item, mask));
    return items;
  }
  if (typeof value !== "object" || value === null) return value;
  const fields: [string, unknown][] = [];
  for (const [key, field] of Object.entries(value))
    fields.push([key, await masked(field, mask, key)]);
  return Object.fromEntries(fields);
}
