import { collect } from "./childProcess";
import type { SandboxRuntime } from "./runtime";

/**
 * Looks for what has `$1` in its environment, and for what that has started, and ends it: by SIGINT,
 * of which Claude keeps its session whole, and what is left by SIGKILL. Plain POSIX shell with `tr`,
 * since nothing else is sure to be in a sandbox. A process that is started meanwhile is found by the
 * next look. Prints how many there were.
 */
const SCRIPT = `
find_all() {
  found=
  for p in /proc/[0-9]*; do
    pid=\${p#/proc/}
    [ "$pid" = $$ ] && continue
    case "
$(tr '\\0' '\\n' <"$p/environ" 2>/dev/null)
" in *"
$mark
"*) found="$found $pid " ;; esac
  done
  grown=$found
  while [ -n "$grown" ]; do
    grown=
    for p in /proc/[0-9]*; do
      pid=\${p#/proc/}
      [ "$pid" = $$ ] && continue
      case "$found" in *" $pid "*) continue ;; esac
      read -r stat <"$p/stat" || continue
      set -- \${stat##*) }
      case "$found" in *" $2 "*) grown=1; found="$found $pid " ;; esac
    done
  done 2>/dev/null
}
mark=$1 tenths=$2
find_all
set -- $found
echo $#
[ $# = 0 ] && exit
kill -INT $found 2>/dev/null
while [ "$tenths" -gt 0 ]; do
  tenths=$((tenths - 1))
  sleep 0.1
  find_all
  [ -z "$found" ] && exit
done
for try in 1 2 3; do
  kill -KILL $found 2>/dev/null
  find_all
  [ -z "$found" ] && exit
done`;

/**
 * Ends, inside the sandbox, every process that was started with this variable, and all that these
 * have started; to end the client outside leaves them running. Resolves with how many there were, when
 * they are gone; undefined if the sandbox did not answer within `timeout` milliseconds. They have
 * `patience`, in tenths of a second, to leave by themselves.
 */
export async function endProcesses(
  runtime: SandboxRuntime,
  [name, value]: readonly [name: string, value: string],
  { patience, timeout }: { readonly patience: number; readonly timeout: number },
): Promise<number | undefined> {
  const command = runtime.exec(["sh", "-c", SCRIPT, "sh", `${name}=${value}`, String(patience)]);
  const { code, stdout } = await collect(command, timeout);
  return code === 0 && /^\d+\n$/.test(stdout) ? Number(stdout) : undefined;
}
