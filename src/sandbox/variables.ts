import { SettingError } from "./settingError";

/**
 * The variables for Claude, once each has a name and a value that every way into a sandbox can carry.
 * Throws a `SettingError` for one that has not.
 */
export function checkVariables(variables: object): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(variables) as [string, unknown][]) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      throw new SettingError(
        `“${name.slice(0, 80)}” in the setting “sandbox.env” cannot be a variable’s name: use letters, digits and “_”.`,
      );
    // The value is not shown, since it may be a secret.
    if (typeof value !== "string" || value.includes("\0"))
      throw new SettingError(
        `The value of ${name} in the setting “sandbox.env” must be text, in quotes.`,
      );
  }
  return variables as Record<string, string>;
}
