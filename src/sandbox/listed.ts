import * as v from "valibot";
import { holds, hostFolder } from "./paths";
import { derivedName, isSandboxName, sharedName } from "./sandboxName";

const listSchema = v.array(
  v.object({
    name: v.string(),
    // A program that tells none, or an odd one, has none.
    id: v.fallback(v.optional(v.pipe(v.string(), v.regex(/^\w[\w-]{0,127}$/))), undefined),
    agent: v.optional(v.string(), "claude"),
    workspaces: v.nullish(v.array(v.string()), []),
  }),
);

/** A sandbox in the list of `docker sandbox` or `sbx`. */
export interface Listed {
  readonly name: string;
  /** The sandbox's own id; only newer programs tell it. */
  readonly id?: string;
  readonly agent: string;
  /** The folders of this machine that it has, its workspace first; empty where the list does not say it. */
  readonly folders: readonly { readonly path: string; readonly readOnly: boolean }[];
}

/** What `ls --json` has printed; undefined if that is no list. The key is `vms`, or `sandboxes`. */
export function parseList(printed: string): readonly Listed[] | undefined {
  let list: { vms?: unknown; sandboxes?: unknown } | null;
  try {
    list = JSON.parse(printed) as typeof list;
  } catch {
    return undefined;
  }
  const parsed = v.safeParse(listSchema, list?.vms ?? list?.sandboxes);
  return parsed.success
    ? parsed.output.map(({ name, id, agent, workspaces }) => ({
        name,
        ...(id !== undefined && { id }),
        agent,
        folders: workspaces.map((folder) => ({
          path: folder.replace(/:ro$/, ""),
          readOnly: folder.endsWith(":ro"),
        })),
      }))
    : undefined;
}

/**
 * The sandbox of a folder: the one of the name that is set, or else a Claude whose workspace this folder
 * is. Of several, the one of the name that we give it.
 */
export function sandboxOf(
  list: readonly Listed[],
  set: string,
  hostWorkspace: string,
): Listed | undefined {
  if (set !== "") return list.find(({ name }) => name === set);
  const folder = hostFolder(hostWorkspace);
  const ours = list.filter(
    ({ name, agent, folders: [first] }) =>
      agent === "claude" && isSandboxName(name) && first && hostFolder(first.path) === folder,
  );
  const named = (wanted: string) => ours.find(({ name }) => name === wanted);
  return named(derivedName(hostWorkspace)) ?? named(sharedName(hostWorkspace)) ?? ours[0];
}

/** Whether it has the folder; undefined where the list does not say it. */
export function hasFolder({ folders }: Listed, hostWorkspace: string): boolean | undefined {
  if (folders.length === 0) return undefined;
  const folder = hostFolder(hostWorkspace);
  return folders.some(({ path }) => holds(hostFolder(path), folder));
}
