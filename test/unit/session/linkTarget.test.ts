import assert from "node:assert/strict";
import { linkTarget, type LinkTarget } from "../../../src/session/linkTarget";
import { DECEIVING, LINKS } from "../../fixtures/hostile/links";

const targetOf = (url: string, text: string): LinkTarget | undefined => {
  try {
    return linkTarget(url, text);
  } catch {
    return undefined;
  }
};

describe("where a link leads", () => {
  it("is said without a doubt where its text agrees, or is only words", () => {
    for (const [text, url] of [
      ["the docs", "https://example.com/docs"],
      ["https://example.com/docs", "https://example.com/docs"],
      ["example.com", "https://www.example.com/a?b#c"],
      ["WWW.Example.com.", "https://example.com"],
      ["version 1.2", "http://localhost:3000/"],
      ["e.g.", "https://example.com"],
      ["", "https://example.com"],
    ] as const) {
      const target = linkTarget(url, text);
      assert.deepEqual(target.doubts, [], text);
      assert.equal(target.href, new URL(url).href);
    }
  });

  it("is doubted where it is not what it looks like", () => {
    for (const [text, url] of DECEIVING) {
      const target = targetOf(url, text);
      if (target) assert.notDeepEqual(target.doubts, [], `${text} → ${url}`);
    }
    assert.deepEqual(linkTarget("https://evil.example/google.com", "google.com"), {
      href: "https://evil.example/google.com",
      title: "This link leads to evil.example.",
      doubts: ["Its text names another place: google.com."],
    });
  });

  it("is named in letters that cannot pass for others", () => {
    const target = linkTarget("https://gооgle.com/a", "Google");
    assert.equal(target.title, "This link leads to xn--ggle-55da.com.");
    assert.equal(target.href, "https://xn--ggle-55da.com/a");
  });

  it("is asked for with each mail, and says what is filled in", () => {
    assert.equal(linkTarget("mailto:a@b.c", "a@b.c").title, "This link writes a mail to a@b.c.");
    assert.match(linkTarget("mailto:a@b.c?bcc=d@e.f", "").doubts[0] ?? "", /more of the mail/);
    assert.match(linkTarget("mailto:%E0%A4%A", "").title, /%E0%A4%A/);
  });

  it("is nowhere with a user name, which can pass for the host", () => {
    for (const url of [
      "https://evil.com%2F@good.com/",
      "https://good.com@evil.com",
      "http://:p@a.b",
    ])
      assert.throws(() => linkTarget(url, ""), /user name in its address/, url);
  });

  it("is the very address, with every character as it was escaped", () => {
    for (const url of ["https://a.b/?q=C%23", "https://a.b/x%2Fy", "https://a.b/?q=%2B&r=a+b#%20c"])
      assert.equal(linkTarget(url, "").href, url);
  });

  it("is nowhere for all that is not of the web or a mail", () => {
    for (const link of LINKS)
      for (const url of [link, ...(/\(<?([^)>]*)/.exec(link) ?? [])]) {
        const scheme = /^[a-z]+:/.exec(targetOf(url, "")?.href ?? "https:")?.[0];
        assert.ok(["http:", "https:", "mailto:"].includes(scheme ?? ""), url);
      }
    assert.equal(targetOf("javascript:alert(1)", ""), undefined);
    assert.equal(targetOf(" java\nscript:alert(1)", ""), undefined);
    assert.equal(targetOf("command:workbench.action.quit", ""), undefined);
    assert.equal(targetOf("file:///etc/passwd", ""), undefined);
    assert.equal(targetOf("https://", ""), undefined);
  });
});
