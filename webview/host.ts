/** The two things that VS Code gives a webview: a way to talk to the host, and a small memory. */
import type { Port } from "../src/shared/link";
import type { Memory } from "./saved";

const api = acquireVsCodeApi();

/** Our end of the link to the host. */
export const hostPort: Port = {
  post: (message) => api.postMessage(message),
  listen(listener) {
    const receive = (event: MessageEvent): void => {
      if (isFromHost(event)) listener(event.data);
    };
    window.addEventListener("message", receive);
    return () => window.removeEventListener("message", receive);
  },
};

/** What VS Code keeps, also while the panel is hidden; it hands it to the host when the window is loaded again. */
export const memory: Memory = {
  load: () => api.getState(),
  save: (saved) => void api.setState(saved),
};

// VS Code hands the host's messages on from the frame around ours, which has our origin. It takes
// `window.parent` away, so the frame itself cannot be compared.
const isFromHost = (event: MessageEvent): boolean => event.origin === window.origin;
