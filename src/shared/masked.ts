declare const masked: unique symbol;

/**
 * What has gone through the search for secrets. Whatever cuts a text that is stored asks for this: half of
 * a secret could not be found to be one.
 */
export type Masked<Value> = Value extends readonly (infer Item)[]
  ? readonly Masked<Item>[]
  : Value & { readonly [masked]: true };
