import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Locator, Page } from "playwright-core";
import initSqlJs from "sql.js";
import { appears, type Workbench } from "./browser";
import { openStore } from "./openStore";
import { until } from "./until";
import type { CodeServer } from "./codeServer";

/** Where things are looked for: a frame, or a page of its own. */
export type Frame = Pick<
  Page,
  "getByLabel" | "getByPlaceholder" | "getByRole" | "getByText" | "locator"
>;

/** What has the panel in it: the workbench, or a page that is nothing else. */
export interface ChatWindow {
  readonly page: Page;
  frame(): Frame;
}

/** The chat panel as a person, or a screen reader, finds it. */
export class ChatPage {
  readonly page: Page;
  readonly frame: Frame;

  /** `words` says what the panel calls something that is English here. */
  constructor(
    window: ChatWindow,
    readonly words: (english: string) => string = (english) => english,
  ) {
    this.page = window.page;
    this.frame = window.frame();
  }

  /** Opens the panel by its keys, and waits until one can type. */
  static async open(workbench: Workbench, words?: (english: string) => string): Promise<ChatPage> {
    const chat = new ChatPage(workbench, words);
    // A window that has just begun may not know the keys of extensions yet.
    do for (const key of ["ControlOrMeta+k", "a"]) await workbench.page.keyboard.press(key);
    while (!(await appears(chat.input, 10_000)));
    // Until it has the focus, it may take that from what the test opens next.
    await appears(chat.frame.locator("body:focus-within"), 5000);
    return chat;
  }

  get input(): Locator {
    return this.frame.getByRole("textbox", { name: this.words("Message Claude") });
  }

  get stopButton(): Locator {
    return this.frame.getByRole("button", { name: this.words("Stop"), exact: true });
  }

  get threadSelector(): Locator {
    return this.frame.getByRole("combobox", { name: this.words("Thread") });
  }

  get alert(): Locator {
    return this.frame.getByRole("alert");
  }

  get status(): Locator {
    return this.frame.getByRole("status");
  }

  /** The transcript, which scrolls. */
  get log(): Locator {
    return this.frame.getByRole("log", { name: this.words("Conversation") });
  }

  get jump(): Locator {
    return this.frame.getByRole("button", { name: /^Jump to latest/ });
  }

  messages(of: "You" | "Claude"): Locator {
    return this.log.getByRole("article", { name: of === "You" ? this.words(of) : of });
  }

  button(name: string): Locator {
    return this.frame.getByRole("button", { name: this.words(name), exact: true });
  }

  /** The row of a tool call; `about` is what its summary says beside its name. */
  tool(name: string, about = /^/): Locator {
    return this.messages("Claude").getByRole("button", { name, description: about });
  }

  async send(text: string): Promise<void> {
    await this.input.fill(text);
    await this.input.press("Enter");
  }

  /** Sends a message, and waits until it stands in the conversation. */
  async ask(text: string): Promise<void> {
    // Of a long conversation there is only a part, and not always the same.
    const last = () =>
      this.messages("You").evaluateAll((all) => all.at(-1)?.getAttribute("data-message"));
    const before = await last();
    await this.send(text);
    await until(last, (id) => id !== undefined && id !== before, `“${text}” is there`);
  }

  /** Waits until Claude's last answer has this text, and until the turn is over. */
  async answered(text: string | RegExp): Promise<void> {
    await this.messages("Claude").last().getByText(text).first().waitFor();
    await this.idle();
  }

  /** Waits until this is written where a message is written. */
  async hasInput(text: string): Promise<void> {
    await this.input.waitFor();
    await until(
      () => this.input.inputValue(),
      (written) => written === text,
      `“${text}” is written`,
    );
  }

  /** Waits until no turn is there, also none that is being stopped. */
  async idle(): Promise<void> {
    await this.stopButton.waitFor({ state: "hidden" });
    await this.button("Stopping…").waitFor({ state: "hidden" });
  }

  /** Begins a new thread in place of one that has messages. */
  async newThread(): Promise<void> {
    await this.button("New thread").click();
    await this.messages("You").first().waitFor({ state: "detached" });
  }

  /** Scrolls the transcript as its reader does, in pixels. */
  async wheel(pixels: number): Promise<void> {
    await this.log.hover();
    await this.page.mouse.wheel(0, pixels);
  }

  /** How far the transcript’s end is below what is in sight, in pixels. */
  fromEnd(): Promise<number> {
    return this.log.evaluate(
      (element) => element.scrollHeight - element.clientHeight - element.scrollTop,
    );
  }

  /** The titles in the thread selector, as they stand there. */
  async threads(): Promise<string[]> {
    return (await this.threadSelector.locator("option").allInnerTexts()).map((text) => text.trim());
  }
}

/** The database file of a server's only workspace that has one, waiting until it is written. */
export async function databaseFile(server: CodeServer): Promise<string> {
  const storage = join(server.userDataDir, "User/workspaceStorage");
  const deadline = Date.now() + 10_000;
  for (;;) {
    const [file] = readdirSync(storage, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith("sandbox-chat.sandbox-chat/threads.db"),
    );
    if (file) return join(storage, file);
    assert.ok(Date.now() < deadline, "a database file within 10 s");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The rows of a query against a database file, as another program would read it. */
export async function query(file: string, sql: string): Promise<unknown[][]> {
  const { Database } = await initSqlJs();
  const database = new Database(readFileSync(file));
  return database.exec(sql)[0]?.values ?? [];
}

/**
 * The rows of a query against the database of a server's only workspace, once they are as they should
 * be. What is stored is in the journal at once; who closes a store has it in the file, too.
 */
export async function stored(
  server: CodeServer,
  sql: string,
  holds: (rows: unknown[][]) => boolean,
): Promise<unknown[][]> {
  const file = await databaseFile(server);
  const read = async () => {
    await (await openStore(dirname(file))).close();
    return query(file, sql);
  };
  return until(read, holds, sql);
}
