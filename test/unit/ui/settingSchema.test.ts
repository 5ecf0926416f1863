import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type SettingSchema, settingProblem } from "../../../src/ui/settingSchema";
import { root } from "../../support/paths";

interface Setting extends SettingSchema {
  readonly scope?: string;
  readonly markdownDescription?: string;
  readonly enumDescriptions?: readonly string[];
}

const { contributes } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  contributes: { configuration: { properties: Record<string, Setting> }[] };
};
const schemas = new Map(
  contributes.configuration.flatMap(({ properties }) =>
    Object.entries(properties).map(([key, schema]) => [key.replace("sandboxChat.", ""), schema]),
  ),
);
const problem = (name: string, value: unknown) => {
  const schema = schemas.get(name);
  assert.ok(schema, name);
  return settingProblem(name, schema, value);
};

describe("the settings in the manifest", () => {
  for (const [name, schema] of schemas) {
    it(`${name} has a scope, a description, and what may stand in it`, () => {
      assert.ok(schema.scope === "window" || schema.scope === "machine", schema.scope);
      assert.ok(schema.markdownDescription);
      assert.equal(schema.enumDescriptions?.length, schema.enum?.length);
      if (schema.type === "number" || schema.type === "integer")
        assert.ok(schema.minimum !== undefined && schema.maximum !== undefined);
      if (schema.pattern) assert.ok(schema.patternErrorMessage);
    });

    it(`${name} may be its default, and nothing of another type`, () => {
      assert.equal(settingProblem(name, schema, schema.default), undefined);
      const others = ["x", 7, NaN, true, [7], { a: 1 }, null, undefined].filter(
        (value) =>
          Number.isNaN(value) ||
          (typeof value === "object" && (value === null || Array.isArray(value))) ||
          typeof value !== typeof schema.default,
      );
      for (const value of others)
        assert.match(settingProblem(name, schema, value) ?? "", new RegExp(`“${name}”`));
    });
  }

  // What says which program runs, with which variables, where else, and what Claude may do: a workspace
  // may come from anybody, and Claude itself can write to its settings.
  it("are a workspace's only where it may decide", () => {
    const ofWorkspaces = [...schemas].flatMap(([name, { scope }]) =>
      scope === "window" ? name : [],
    );
    assert.deepEqual(ofWorkspaces.sort(), [
      "chat.location",
      ...["claude.idleTimeout", "claude.inactivityTimeout", "claude.model", "claude.parallelTurns"],
      ...["context.includeFile", "notifications.turnEnded"],
      ...["sandbox.name", "sandbox.runtime", "sandbox.workspace", "threads.maxMessages"],
    ]);
  });
});

describe("a value of a setting", () => {
  const good: [name: string, value: unknown][] = [
    ["sandbox.runtime", "docker"],
    ["sandbox.name", "my-app_2.x"],
    ["sandbox.workspace", "/work space"],
    ["claude.model", "arn:aws:bedrock:eu-1:12:application-inference-profile/a1"],
    ["claude.model", "opus[1m]"],
    ["claude.path", "/usr/local/bin/claude"],
    ["claude.inactivityTimeout", 0.5],
    ["claude.extraArgs", ["--add-dir", "/x"]],
    ["sandbox.env", { A: "b" }],
  ];
  for (const [name, value] of good)
    it(`can be ${JSON.stringify(value)}, for ${name}`, () =>
      assert.equal(problem(name, value), undefined));

  const bad: [name: string, value: unknown, says: RegExp][] = [
    ["sandbox.runtime", "host", /“host” is none of .*auto, docker-sandbox/],
    ["sandbox.name", "--privileged", /“--privileged” cannot be used for .*“sandbox.name”/],
    ["sandbox.name", "a\nb", /cannot be used/],
    ["sandbox.workspace", "work", /cannot be used/],
    ["sandbox.dockerPath", " ", /cannot be used/],
    ["claude.path", "--version", /cannot be used/],
    ["claude.model", "--dangerously-skip-permissions", /cannot be used/],
    ["claude.permissionMode", "pln", /is none of/],
    ["claude.allowApiKey", "false", /must be “true” or “false”, without quotes/],
    ["claude.inactivityTimeout", -1, /a number from 0 to 10080/],
    ["claude.inactivityTimeout", Infinity, /a number from 0 to 10080/],
    ["claude.parallelTurns", 1.5, /a number from 1 to 64/],
    ["claude.extraArgs", "--verbose", /a list of texts/],
    ["sandbox.command", ["ssh", 1], /a list of texts/],
    ["sandbox.env", ["A=b"], /in braces/],
  ];
  for (const [name, value, says] of bad)
    it(`cannot be ${JSON.stringify(value)}, for ${name}`, () =>
      assert.match(problem(name, value) ?? "", says));

  it("is shown cut where it is long, and not at all where it may be a secret", () => {
    assert.ok((problem("sandbox.name", "x".repeat(100_000)) ?? "").length < 400);
    assert.doesNotMatch(problem("sandbox.env", ["TOKEN=hunter2"]) ?? "", /hunter2/);
  });
});
