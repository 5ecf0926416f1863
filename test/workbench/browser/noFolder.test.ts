import { openWorkbench } from "../../support/browser";
import { ChatPage } from "../../support/chatPage";
import { DEMO, WorkbenchSuite } from "../../support/workbenchSuite";

describe("a window without a folder", () => {
  const suite = new WorkbenchSuite();

  before(async function () {
    await suite.start(this, { settings: DEMO });
  });
  after(() => suite.stop());

  it("says that Claude needs one, and a thread a file, and runs nothing", async () => {
    const window = await openWorkbench(suite.browser, suite.server, { folder: null });
    await window.runCommand("Sandbox Chat: New Thread About This File");
    await window.notification("Open the file first");
    await window.clearNotifications();
    const chat = await ChatPage.open(window);
    await chat.frame.getByText("Open a folder first").first().waitFor();
    await chat.ask("Hello?");
    await chat.alert.first().waitFor();
    await chat.idle();
    await window.screenshot("no-folder");
    await chat.button("Open Folder…").click();
    await window.page.locator(".quick-input-widget:visible").waitFor();
    await window.close();
  });
});
