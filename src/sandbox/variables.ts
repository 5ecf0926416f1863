import { t } from "@vscode/l10n";
import { SettingError } from "./settingError";

/**
 * The variables for Claude, once each has a name and a value that every way into a sandbox can carry.
 * Throws a `SettingError` for one that has not.
 */
export function checkVariables(variables: object): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(variables) as [string, unknown][]) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      throw new SettingError(
        t(
          "“{0}” in the setting “{1}” cannot be a variable’s name: use letters, digits and “_”.",
          name.slice(0, 80),
          "sandbox.env",
        ),
      );
    // The value is not shown, since it may be a secret.
    if (typeof value !== "string" || value.includes("\0"))
      throw new SettingError(
        t("The value of {0} in the setting “{1}” must be text, in quotes.", name, "sandbox.env"),
      );
  }
  return variables as Record<string, string>;
}

/** Whether a variable's value must be on no command line, where every user of the machine could read it. */
export const isSecret = (name: string): boolean =>
  /TOKEN|KEY|SECRET|PASS|AUTH|CREDENTIAL|HEADER/i.test(name);

/**
 * The variables that a terminal may have: VS Code writes its environment to the disk. A password may
 * stand in an address, too, such as that of a proxy.
 */
export const withoutSecrets = (
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(variables).filter(
      ([name, value]) => !isSecret(name) && !/:\/\/[^/?#]*@/.test(value),
    ),
  );
