import { setImmediate } from "node:timers/promises";
import type { Masked } from "../shared/masked";
import { unveiled } from "./unveiled";

/**
 * Replaces the secrets in a text. It must not let one through because it failed: then it rejects, or
 * says in the text's place that it is not kept.
 * `field` is the name of the field that the text is the value of, which may be what tells a secret.
 */
export type Mask = (text: string, field?: string) => Promise<string>;

/** No secret is shorter, and most strings of an event (ids, states, kinds) are. */
const SHORTEST = 8;

/**
 * Masks every string in a value, however deep, and the names of its fields. Which can hold a secret is
 * not for a list to say, since one would be forgotten: tool inputs hold what they like. Rejects as `mask`.
 */
export async function maskDeep<Value>(value: Value, mask: Mask): Promise<Masked<Value>> {
  return (await masked(value, mask, new Share())) as Masked<Value>;
}

async function masked(value: unknown, mask: Mask, share: Share, name?: string): Promise<unknown> {
  if (share.isUsed) await share.another();
  if (typeof value === "string") return value.length < SHORTEST ? value : mask(value, name);
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const [at, item] of value.entries())
      items.push(await masked(item, mask, share, optionOf(value[at - 1])));
    return items;
  }
  if (typeof value !== "object" || value === null) return value;
  const fields = new Fields();
  for (const [key, field] of Object.entries(value)) {
    const shown = PLAIN_NAME.test(key) || key.length < SHORTEST ? key : await mask(key);
    fields.add(shown, await masked(field, mask, share, key));
  }
  return fields.object;
}

/** The time of the thread that all share: others have theirs in between, however much there is to mask. */
class Share {
  /** In milliseconds. */
  static readonly size = 8;
  #since = performance.now();

  get isUsed(): boolean {
    return performance.now() - this.#since > Share.size;
  }

  async another(): Promise<void> {
    await setImmediate();
    this.#since = performance.now();
  }
}

/** The name of a field that is no secret, as nearly all are: no token is of so few letters alone. */
const PLAIN_NAME = /^[a-z_]{1,24}$/i;

/** The option of a command whose value is the next argument: `--password`. */
function optionOf(argument: unknown): string | undefined {
  if (typeof argument !== "string" || !/^-[^]{1,1000}$/.test(argument)) return undefined;
  const read = unveiled(argument)[0]?.text ?? argument;
  return /^--?[\w-]{1,100}$/.test(read) ? read : undefined;
}

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
