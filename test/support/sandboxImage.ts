/** The image that sandboxes are made from. */
import { chmod, chown, cp, mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { runOrThrow } from "./run";

export interface SandboxImage {
  readonly name: string;
  /** The user in the sandbox. */
  readonly agent: { readonly uid: number; readonly gid: number };
  /** Where to prepare it. */
  readonly folder: string;
}

/**
 * Imports an image that holds a user `agent` and next to nothing else, since a sandbox borrows the
 * machine's own /usr. So it takes a tenth of a second, and there is nothing to fetch or to cache.
 * @throws Where docker fails.
 */
export async function importSandboxImage(
  docker: string,
  env: NodeJS.ProcessEnv,
  { name: image, agent, folder }: SandboxImage,
): Promise<void> {
  const files = path.join(folder, "image");
  const at = (name: string) => path.join(files, name);
  // Docker mounts its init program into /sbin, so that one is not borrowed.
  const folders = ["dev", "etc", "home/agent", "proc", "run", "sbin", "sys", "tmp", "usr"];
  for (const name of folders) await mkdir(at(name), { recursive: true });
  for (const name of ["bin", "lib", "lib64"]) await symlink(`usr/${name}`, at(name));
  await chmod(at("tmp"), 0o1777);
  await chown(at("home/agent"), agent.uid, agent.gid);
  const { uid, gid } = agent;
  await writeFile(
    at("etc/passwd"),
    `root:x:0:0::/root:/bin/sh\nagent:x:${uid}:${gid}::/home/agent:/bin/bash\n`,
  );
  await writeFile(at("etc/group"), `root:x:0:\nagent:x:${gid}:\n`);
  // Debian's /usr/bin/awk, which and others are links into this folder.
  const links = { recursive: true, verbatimSymlinks: true };
  await cp("/etc/alternatives", at("etc/alternatives"), links).catch(() => undefined);

  const tar = path.join(folder, "image.tar");
  await runOrThrow("tar", ["--create", "--file", tar, "--directory", files, "."]);
  const searchPath = "/opt/claude:/usr/local/bin:/usr/bin:/bin";
  const changes = ["USER agent", `ENV HOME=/home/agent PATH=${searchPath}`];
  const options = changes.flatMap((change) => ["--change", change]);
  await runOrThrow(docker, ["import", ...options, tar, image], { env });
}
