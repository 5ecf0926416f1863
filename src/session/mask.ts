import { setImmediate } from "node:timers/promises";
import type { Masked } from "../shared/masked";

/**
 * Replaces the secrets in a text. It must not let one through because it failed: then it rejects, or
 * says in the text's place that it is not kept.
 * `field` is the name of the field that the text is the value of, which may be what tells a secret.
 */
export type Mask = (text: string, field?: string) => Promise<string>;

/** No secret is shorter, and most strings of an event (ids, states, kinds) are. */
const SHORTEST = 8;

/** So long others may have to wait, in milliseconds, while a value of many strings is masked. */
const SLICE = 8;

/**
 * Masks every string in a value, however deep, and the names of its fields. Which can hold a secret is
 * not for a list to say, since one would be forgotten: tool inputs hold what they like. Rejects as `mask`.
 */
export async function maskDeep<Value>(value: Value, mask: Mask): Promise<Masked<Value>> {
  let since = performance.now();
  const inTurns: Mask = async (text, field) => {
    if (text.length < SHORTEST) return text;
    if (performance.now() - since > SLICE) {
      await setImmediate();
      since = performance.now();
    }
    return mask(text, field);
  };
  return (await masked(value, inTurns)) as Masked<Value>;
}

async function masked(value: unknown, mask: Mask, name?: string): Promise<unknown> {
  if (typeof value === "string") return mask(value, name);
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const [at, item] of value.entries())
      items.push(await masked(item, mask, optionOf(value[at - 1])));
    return items;
  }
  if (typeof value !== "object" || value === null) return value;
  const fields = new Fields();
  for (const [key, field] of Object.entries(value)) {
    const name = PLAIN_NAME.test(key) ? key : await mask(key);
    fields.add(name, await masked(field, mask, key));
  }
  return fields.object;
}

/** The name of a field that is no secret, as nearly all are: no token is of so few letters alone. */
const PLAIN_NAME = /^[a-z_]{1,24}$/i;

/** The option of a command whose value is the next argument: `--password`. */
const optionOf = (argument: unknown): string | undefined =>
  typeof argument === "string" && /^--?[\w-]{1,100}$/.test(argument) ? argument : undefined;

/** The fields of a value. The names of several may have the same mark. */
class Fields {
  readonly #fields = new Map<string, unknown>();
  readonly #counts = new Map<string, number>();

  add(name: string, field: unknown): void {
    let free = name;
    let count = this.#counts.get(name) ?? 1;
    while (this.#fields.has(free)) free = `${name} (${++count})`;
    this.#counts.set(name, count);
    this.#fields.set(free, field);
  }

  get object(): Record<string, unknown> {
    return Object.fromEntries(this.#fields);
  }
}
