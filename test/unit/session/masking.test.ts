import assert from "node:assert/strict";
import { maskDeep } from "../../../src/session/mask";
import { maskText } from "../../../src/session/secrets";
import { unveiled } from "../../../src/session/unveiled";
import { secretPatterns } from "../../../src/session/secretPatterns";
import { textOf } from "../../../src/shared/thread";
import { secretSamples } from "../../fixtures/secrets/corpus";
import { ordinaryTexts } from "../../fixtures/secrets/ordinary";
import { turnsDuring } from "../../support/eventLoop";
import { measureFalseLines, measureRecall, shows } from "../../support/measureMasking";
import { begin, delta, result, type Step, whole } from "../../support/scriptedRuntime";
import { idle, scriptedSession, until } from "../../support/scriptedSession";
import { temporaryFolder } from "../../support/temporaryFolder";

const ORDINARY = "test/fixtures/secrets/ordinary";

describe("masking, measured", () => {
  it("finds the secrets of every kind", async () => {
    const { samples, missed, byKind } = await measureRecall();
    assert.ok(samples.length >= 200 && byKind.size >= 25);
    const recall = 1 - missed.length / samples.length;
    assert.ok(recall >= 0.95, `${recall}; missed: ${missed.map(({ text }) => text).join("\n")}`);
    const worse = [...byKind].filter(([, share]) => share < 0.8);
    assert.deepEqual(worse, []);
  });

  it("leaves ordinary lines alone", async () => {
    const kinds = await measureFalseLines();
    const count = [...kinds.values()].reduce((sum, { lines }) => sum + lines, 0);
    assert.ok(kinds.size >= 12 && count >= 60_000, `${count} lines of ${kinds.size} kinds`);
    for (const [kind, { lines, changed }] of kinds)
      assert.ok(changed.length <= lines / 20_000, `${kind}:\n${changed.join("\n")}`);
  });

  it("leaves an ordinary line alone that is all there is", async () => {
    const met = ordinaryTexts().get("prose")?.get(`${ORDINARY}/met.txt`)?.split("\n") ?? [];
    assert.ok(met.length > 40);
    for (const line of met) assert.equal(await maskText(line), line);
  });

  it("finds a secret in whatever Markdown it stands", async () => {
    const secret = ["x8Kd92", "msQp41"].join("");
    for (const line of [
      `**The token is ${secret}**`,
      `- **Password: ${secret}!**`,
      `| password: ${secret}* | yes |`,
      `*The access token is “${secret}”.*`,
      `> The API key: \`${secret}\``,
      `--- PASS: TestLogin, token=${secret} (0.00s)`,
      `PASS=${secret}`,
      `credentials: token=${secret}`,
      `DB_PASSWORD='${secret}'`,
      `./deploy --password Summer2024! --yes`,
      `admin_password: Summer2024!`,
    ])
      assert.ok(!shows(await maskText(line), [secret, "Summer2024!"]), line);
  });

  it("does not take the next line for the value that a name has not", async () => {
    const text = "DB_PASSWORD=\nPORT=3000x9Kd\npassword:\n  x8Kd92msQp41\n";
    assert.equal(await maskText(text), text);
  });

  it("masks nothing that is masked", async () => {
    const ordinary = [...ordinaryTexts().values()].flatMap((texts) => [...texts.values()]);
    const texts = [...secretSamples().map(({ text }) => text), ...ordinary];
    for (const text of texts) {
      const masked = await maskText(text);
      assert.equal(await maskText(masked), masked);
    }
    const kinds = [...new Set(secretPatterns.map(({ kind }) => kind))];
    const marks = kinds.map((kind) => `password = "[masked: ${kind}]", ${kind}=[masked: ${kind}]`);
    assert.equal(await maskText(marks.join("\n")), marks.join("\n"));
  });

  it("masks a key of many lines by one mark", async () => {
    for (const { text } of secretSamples().filter(({ kind }) => kind.endsWith("private key")))
      assert.match(await maskText(text), /^See this:\n\[masked: \w+\]\n$/);
  });

  it("finds the rest of a key of which the beginning is not there", async () => {
    const keys = secretSamples().filter(({ kind }) => kind.includes("private key"));
    for (const { kind, text, secrets } of keys)
      for (const { index } of [...text.matchAll(/\n|\\n/g)].slice(2, -3)) {
        const masked = await maskText(text.slice(index));
        assert.ok(!shows(masked, secrets), `${kind}: ${masked}`);
      }
  });

  it("is not switched off by a comment", async () => {
    const [sample] = secretSamples().filter(({ kind }) => kind === "GitLab token");
    assert.ok(sample);
    const text = `/* secretlint-disable */ ${sample.text} // secretlint-disable-line`;
    assert.ok(!shows(await maskText(text), sample.secrets));
  });

  it("finds a secret by the name of its field", async () => {
    const password = ["x8Kd92", "msQp"].join("");
    const input = { user: "robot", password, nested: [{ api_key: password, tokens: "8192-4096" }] };
    assert.deepEqual(await maskDeep(input, maskText), {
      user: "robot",
      password: "[masked: SECRET]",
      nested: [{ api_key: "[masked: SECRET]", tokens: "8192-4096" }],
    });
  });

  it("finds what is there of a secret that a text ends in", async () => {
    const firsts = new Map(secretSamples().map((sample) => [sample.kind, sample]));
    let cuts = 0;
    const missed: string[] = [];
    for (const { kind, text, secrets } of firsts.values())
      for (let end = 1; end <= text.length; end++, cuts++)
        if (shows(await maskText(text.slice(0, end)), secrets))
          missed.push(`${kind}: ${text.slice(0, end)}`);
    assert.ok(missed.length / cuts < 0.01, missed.join("\n"));
  });

  it("finds secrets through colours, characters without width and numbers of characters", async () => {
    const hidings: Record<string, (secret: string) => string> = {
      "the colour of grep": (secret) =>
        `\u001b[01;31m\u001b[K${secret.slice(0, 4)}\u001b[m\u001b[K${secret.slice(4)}`,
      "a colour before it": (secret) => `\u001b[33m${secret}\u001b[0m`,
      "a colour in the middle": (secret) => `${secret.slice(0, 9)}\u001b[1m${secret.slice(9)}`,
      "a link of a terminal": (secret) =>
        `\u001b]8;;https://a.example\u0007${secret}\u001b]8;;\u0007`,
      "a colour in JSON": (secret) => `"\\u001b[33m${secret}\\u001b[0m"`,
      "a colour in source code": (secret) =>
        String.raw`"\x1b[33m${"$"}{secret}\x1b[0m"`.replace("${secret}", secret),
      "a space without width": (secret) => `${secret.slice(0, 3)}\u200b${secret.slice(3)}`,
      "one in each place": (secret) => secret.split("").join("\u2060"),
      "one in JSON": (secret) => `"${secret.slice(0, 5)}\\u200b${secret.slice(5)}"`,
      "the number of a letter": (secret) =>
        `\\u00${secret.charCodeAt(0).toString(16)}${secret.slice(1)}`,
      "the number of a letter, in JSON in JSON": (secret) =>
        `${secret.slice(0, 6)}\\\\u00${secret.charCodeAt(6).toString(16)}${secret.slice(7)}`,
    };
    const ofTokens = secretSamples().filter(({ kind }) =>
      /^(?:GitHub|GitLab|Stripe|npm|xAI)/.test(kind),
    );
    assert.ok(ofTokens.length >= 60);
    for (const { text, secrets } of ofTokens)
      for (const [hiding, hide] of Object.entries(hidings)) {
        const [found] =
          /(?:gh[pos]_|github_pat_|glpat-|[rs]k_live_|npm_|xai-)[\w-]+/.exec(text) ?? [];
        if (!found) continue;
        const masked = await maskText(text.replace(found, hide(found)));
        const seen = unveiled(masked)[0]?.text ?? masked;
        assert.ok(!shows(seen, secrets) && masked.includes("[masked: "), `${hiding}: ${masked}`);
        assert.equal(await maskText(masked), masked);
      }
  });

  it("leaves colours and characters without width where no secret is", async () => {
    const token = ["ghp", "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx"].join("_");
    const [before, after] = ["\u001b[1ma\u200b \u001b[32m", " b\u001b[0m \\u0063"];
    assert.equal(
      await maskText(`${before}${token.slice(0, 8)}\u001b[31m${token.slice(8)}${after}`),
      `${before}[masked: GITHUB_TOKEN]\u001b[31m${after}`,
    );
  });

  it("finds secrets in the names of fields, and tells those of one kind apart", async () => {
    const tokens = ["A", "B", "C"].map((end) =>
      ["ghp", `wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINU${end}`].join("_"),
    );
    const input = Object.fromEntries(tokens.map((token, at) => [token, at]));
    assert.deepEqual(await maskDeep({ "[masked: GITHUB_TOKEN]": -1, ...input }, maskText), {
      "[masked: GITHUB_TOKEN]": -1,
      "[masked: GITHUB_TOKEN] (2)": 0,
      "[masked: GITHUB_TOKEN] (3)": 1,
      "[masked: GITHUB_TOKEN] (4)": 2,
    });
  });

  it("finds a secret among the arguments of a command by the option before it", async () => {
    const password = ["S3cr3t", "x8Kd92msQp"].join("-");
    const args = [
      "login",
      "--user",
      password,
      "--password",
      password,
      "--db-token",
      "--yes",
      "password",
      password,
    ];
    assert.deepEqual(await maskDeep({ args }, maskText), {
      args: [
        "login",
        "--user",
        password,
        "--password",
        "[masked: SECRET]",
        "--db-token",
        "--yes",
        "password",
        password,
      ],
    });
  });

  it("finds passphrases by the name of their field", async () => {
    const phrases = [
      "correct horse battery staple",
      "Correct Horse Battery Staple",
      "seven quiet otters paint2 barns!",
    ];
    const labels = [
      "Enter the password that you want to use",
      "must have at least eight characters",
      "Mot de passe oublié par le client",
      "Show password strength meter",
      "too short",
      "Your password",
      "Bitte ein neues Passwort eingeben",
      "see docs below",
    ];
    for (const phrase of phrases) {
      assert.deepEqual(
        await maskDeep({ password: phrase, sshPassphrase: phrase, note: phrase }, maskText),
        {
          password: "[masked: SECRET]",
          sshPassphrase: "[masked: SECRET]",
          note: phrase,
        },
      );
      for (const text of [`DB_PASSWORD="${phrase}"`, `{"passphrase": "${phrase}", "a": 1}`])
        assert.ok(!(await maskText(text)).includes("battery staple"), text);
    }
    for (const password of labels) {
      assert.deepEqual(await maskDeep({ password }, maskText), { password });
      for (const text of [`password: "${password}"`, `{"password":"${password}"}`])
        assert.equal(await maskText(text), text);
    }
  });

  it("finds what a limit has left of a secret", async () => {
    const missed: string[] = [];
    let cuts = 0;
    const firsts = new Map(secretSamples().map((sample) => [sample.kind, sample]));
    for (const { kind, text, secrets } of firsts.values())
      for (let end = 1; end <= text.length; end += 7, cuts++)
        if (shows(await maskText(`${text.slice(0, end)}…`), secrets))
          missed.push(`${kind}: ${text.slice(0, end)}…`);
    assert.ok(missed.length / cuts < 0.01, missed.join("\n"));
  });

  it("leaves time for others while it masks a value of many strings", async () => {
    const slow = (text: string) => {
      const end = performance.now() + 2;
      while (performance.now() < end);
      return Promise.resolve(text);
    };
    const value = Array.from({ length: 100 }, (_, at) => `string number ${at}`);
    assert.ok((await turnsDuring(() => maskDeep(value, slow))) > 10);
    // What is not even looked at takes its time, too.
    const numbers = Array.from({ length: 500_000 }, (_, at) => at);
    assert.ok((await turnsDuring(() => maskDeep(numbers, slow))) > 10);
  });
});

describe("a character that nobody sees", () => {
  for (const hidden of "\u0000 \u0001 \u007f \u115f \u180b \u2028 \u3164 \ufff9 \u{e0041} \u{e0100}".split(
    " ",
  ))
    it(`hides no secret: U+${hidden.codePointAt(0)?.toString(16)}`, async () => {
      const half = "wWPw5k4aXcaT4fNP0U";
      const token = ["ghp", `${half}${hidden}cnZwJUVFk6LO0pINUx`].join("_");
      assert.ok(!(await maskText(`Use ${token}, please.`)).includes(half));
    });
});

describe("a session with masking", () => {
  const folder = temporaryFolder();
  // In two pieces, so that nobody who searches this project for secrets finds one.
  const secret = "wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx";
  const text = `Use ${["ghp", secret].join("_")}, please.`;
  const cuts = Array.from({ length: text.length - 1 }, (_, at) => at + 1);

  /** Sends a message for each turn. Returns all that was ever stored, and the answers that are. */
  async function stored(turns: readonly Step[][]) {
    const { session, store } = scriptedSession(folder(), [turns.flat()], {
      change: { mask: maskText },
    });
    for (let turn = 0; turn < turns.length; turn++) {
      await session.send("And now?", session.view().conversation.messages.length);
      await idle(session);
    }
    await session.dispose();
    const [conversation] = [...store.conversations.values()];
    assert.equal(conversation?.messages.length, 2 * turns.length);
    const answers = conversation.messages.filter(({ role }) => role === "assistant").map(textOf);
    return { disk: JSON.stringify([store.appended, conversation]), answers };
  }

  it("stores no secret, wherever the stream cuts it", async () => {
    const { disk, answers } = await stored(
      cuts.map((cut) => [
        { awaitLine: true },
        ...begin("s1"),
        delta(text.slice(0, cut)),
        delta(text.slice(cut)),
        whole(text),
        result("s1"),
      ]),
    );
    assert.ok(!shows(disk, [secret]));
    assert.deepEqual([...new Set(answers)], ["Use [masked: GITHUB_TOKEN], please."]);
  });

  it("stores no part of a secret, wherever the stream ends", async () => {
    const { disk } = await stored(
      cuts.map((cut) => [
        { awaitLine: true },
        ...begin("s1"),
        delta(text.slice(0, cut)),
        result("s1"),
      ]),
    );
    assert.ok(!shows(disk, [secret]));
    assert.ok(disk.includes("Use [masked: GITHUB_TOKEN]"));
  });

  it("stores no part of a secret while it streams", async () => {
    const { session, store } = scriptedSession(
      folder(),
      [[{ awaitLine: true }, ...begin("s1"), delta(text.slice(0, 26)), { hang: true }]],
      { change: { mask: maskText } },
    );
    await session.send("And now?", 0);
    await until(() => JSON.stringify(store.appended).includes('"Use '));
    assert.ok(!shows(JSON.stringify(store.appended), [secret]));
    await session.dispose();
    assert.ok(!shows(JSON.stringify(store.appended), [secret]));
  });
});
