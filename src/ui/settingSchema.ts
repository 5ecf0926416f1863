/** Whether a setting's value is what the manifest says of it: VS Code only marks what is not, and hands it on. */
import { t } from "@vscode/l10n";

/** A setting in the manifest, as far as its values are checked by it. */
export interface SettingSchema {
  readonly type: "string" | "boolean" | "number" | "integer" | "array" | "object";
  readonly default: unknown;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly patternErrorMessage?: string;
  /** Numbers have both. */
  readonly minimum?: number;
  readonly maximum?: number;
}

/** What is wrong with a setting's value, in a sentence for people; undefined if nothing is. */
export function settingProblem(
  name: string,
  schema: SettingSchema,
  value: unknown,
): string | undefined {
  switch (schema.type) {
    case "string":
      if (typeof value !== "string") return t("The setting “{0}” must be text, in quotes.", name);
      if (schema.enum && !schema.enum.includes(value))
        return t(
          "“{0}” is none of the values of the setting “{1}”, which are: {2}.",
          shown(value),
          name,
          schema.enum.join(", "),
        );
      if (schema.pattern && !new RegExp(schema.pattern, "u").test(value))
        return t(
          "“{0}” cannot be used for the setting “{1}”. What can: {2}",
          shown(value),
          name,
          schema.patternErrorMessage ?? schema.pattern,
        );
      return undefined;
    case "boolean":
      return typeof value === "boolean"
        ? undefined
        : t("The setting “{0}” must be “true” or “false”, without quotes.", name);
    case "number":
    case "integer":
      return isNumber(schema, value)
        ? undefined
        : t(
            "The setting “{0}” must be a number from {1} to {2}, without quotes.",
            name,
            schema.minimum ?? 0,
            schema.maximum ?? 0,
          );
    case "array":
      return Array.isArray(value) && value.every((entry) => typeof entry === "string")
        ? undefined
        : t("The setting “{0}” must be a list of texts, each in quotes.", name);
    case "object":
      // What is in it is not shown, since it may be a secret.
      return typeof value === "object" && value !== null && !Array.isArray(value)
        ? undefined
        : t("The setting “{0}” must have names and their values, in braces.", name);
  }
}

function isNumber({ type, minimum, maximum }: SettingSchema, value: unknown): boolean {
  return (
    typeof value === "number" &&
    (type === "number" || Number.isInteger(value)) &&
    value >= (minimum ?? 0) &&
    value <= (maximum ?? 0)
  );
}

/** A hostile value may be long. */
const shown = (value: string): string => (value.length > 80 ? `${value.slice(0, 80)}…` : value);
