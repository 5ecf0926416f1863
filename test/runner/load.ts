/** Keeps the machine busy, to see that the tests do not need it quiet. */
import { spawn } from "node:child_process";

/** Starts so many programs that only count. Returns a function that ends them. */
export function busyProcesses(count: number): () => void {
  const program =
    "process.stdin.resume().on('end', process.exit); setInterval(() => { for (let end = Date.now() + 50; Date.now() < end;); }, 51);";
  const children = Array.from({ length: count }, () =>
    // They end with this process, however that ends: then their stdin does.
    spawn(process.execPath, ["-e", program], { stdio: ["pipe", "ignore", "ignore"] }),
  );
  return () => children.forEach((child) => child.kill());
}
