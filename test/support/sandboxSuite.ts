import { apiEnvironment, installClaudeCli } from "./claudeCli";
import type { CodeServerOptions } from "./codeServer";
import { type SandboxEngine, startSandboxEngine } from "./dockerEngine";
import { type MessagesApi, startMessagesApi } from "./messagesApi";
import { orSkip } from "./requirement";
import { WorkbenchSuite } from "./workbenchSuite";

/** A workbench with every part the real one: docker, container, and Claude, before an API with a script. */
export class SandboxSuite extends WorkbenchSuite {
  engine!: SandboxEngine;
  api!: MessagesApi;

  override async start(
    context: Mocha.Context,
    { settings, ...options }: CodeServerOptions = {},
  ): Promise<void> {
    context.timeout(300_000);
    const claude = await orSkip(context, installClaudeCli());
    this.engine = await orSkip(
      context,
      startSandboxEngine({ workspace: this.folder, claude: claude.path }),
    );
    this.api = await startMessagesApi();
    await super.start(context, {
      env: this.engine.env,
      settings: {
        "sandboxChat.sandbox.name": this.engine.name,
        "sandboxChat.sandbox.dockerPath": this.engine.docker,
        "sandboxChat.sandbox.env": apiEnvironment(this.api),
        ...settings,
      },
      ...options,
    });
  }

  override async stop(): Promise<void> {
    await super.stop();
    // What could not be started is not there.
    const { engine, api } = this as Partial<SandboxSuite>;
    await engine?.stop();
    await api?.close();
  }
}
